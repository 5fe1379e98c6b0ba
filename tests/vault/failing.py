"""Pages that fail with words at hand: opened ones in variables, posted ones, ones in the error."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import public
from isp_portal import urls
from kernel.actors import Actor
from tests.vault.sample import Letter
from vault import services as vault

READER: dict[str, Actor] = {}

handler500 = urls.handler500


@csrf_exempt
@public
@require_http_methods(["GET", "POST"])
def fail(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Opens a letter, then fails twice over."""
    letter = Letter.objects.get(pk=letter_id)
    opened = vault.open(READER["actor"], vault.Why.READING, letter.body)
    words, sealed = opened[letter.body], letter.body
    try:
        int(words)
    except ValueError as error:
        error.add_note(f"a note about {words}")
        raise KeyError(f"no child called {words} in {sealed}") from error
    return HttpResponse()


urlpatterns = [path("fail/<uuid:letter_id>", fail, name="fail"), *urls.urlpatterns]
