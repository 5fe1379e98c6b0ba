"""What a database is begun as: a demonstration of invented people, or the real thing. Never both."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from agencies import services
from agencies.models import Agency
from kernel.actors import Actor
from kernel.decisions import deny
from kernel.models import Installation

_NAMES = {
    Installation.Kind.DEMONSTRATION: "a demonstration",
    Installation.Kind.REAL: "a real installation",
}


def begin(kind: Installation.Kind, *, actor: Actor) -> Agency:
    """Record what this database is, and found the partnership; raises Denied if it is the other."""
    _may_be(kind)
    with transaction.atomic():
        installation, _ = Installation.objects.get_or_create(only=True, defaults={"kind": kind})
        if installation.kind != kind:
            begun_as = _NAMES[Installation.Kind(installation.kind)]
            deny("other_kind", f"This database was begun as {begun_as}.").require()
        return services.found_partnership(actor=actor, name=settings.PARTNERSHIP_NAME)


def _may_be(kind: Installation.Kind) -> None:
    """The settings must say the same as whoever begins."""
    wanted = Installation.Kind.DEMONSTRATION if settings.DEMO else Installation.Kind.REAL
    if kind is not wanted:
        deny("other_kind", f"PORTAL_DEMO says that this is {_NAMES[wanted]}.").require()
