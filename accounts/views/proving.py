"""What the pages share that ask for a second factor: a code that is typed, or a passkey."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.http import HttpRequest

from accounts import passkeys, queries
from accounts.access import Visit, person
from accounts.forms import ProvenForm, posted
from accounts.passkeys import Assertion

F = TypeVar("F", bound=ProvenForm)


def proof_form(request: Visit, kind: type[F]) -> F:
    """The form as posted, with what a passkey signed where one was used."""
    credential = answer_of(request)
    if not credential:
        return kind(posted(request))
    return kind(
        posted(request), answer=Assertion(credential, passkeys.take_challenge(request.session))
    )


def answer_of(request: HttpRequest) -> str:
    """What the browser said that a passkey said; nothing where it is too long to be that."""
    given: str = request.POST.get("credential", "")
    return given if len(given) <= passkeys.LONGEST_ANSWER else ""


def passkey_request(request: Visit, left_out: UUID | None = None) -> str:
    """What the page's script asks the browser to have signed; nothing for whoever has no passkey."""
    mine = queries.passkeys(person(request))
    known = [passkey.known() for passkey in mine if passkey.pk != left_out]
    if not known:
        return ""
    return passkeys.request_options(known=known, challenge=passkeys.give_challenge(request.session))
