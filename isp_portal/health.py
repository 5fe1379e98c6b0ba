"""Whether the portal runs, for the launcher and for load balancers. They tell nothing else."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import public
from vault import hosts


@public
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The web process answers."""
    return HttpResponse("ok", content_type="text/plain")


@public
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The web process reaches its database, and says there which keys its ring holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    hosts.report_when_due()
    return HttpResponse("ok", content_type="text/plain")
