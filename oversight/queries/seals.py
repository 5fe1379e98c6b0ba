"""How far the log is sealed, and by which seal an entry is."""

from __future__ import annotations

from dataclasses import dataclass

from audit import queries as audit
from audit.models import Leaf, PendingEvent, RootDelivery, Seal, Verification
from kernel.actors import Actor
from oversight.queries.log import Entry


@dataclass(frozen=True, slots=True)
class Sealing:
    """The last of everything that protects the log."""

    seal: Seal | None
    oldest_waiting: PendingEvent | None
    verification: Verification | None
    outside: RootDelivery | None


def sealing(actor: Actor) -> Sealing:
    """Where sealing stands now. It tells nothing about anybody."""
    return Sealing(
        seal=audit.newest_seal(actor),
        oldest_waiting=audit.waiting(actor).first(),
        verification=audit.verifications(actor).first(),
        outside=audit.newest_root_outside(actor),
    )


def seal_of(actor: Actor, entry: Entry) -> Seal | None:
    """The seal over an entry that the actor has found; None while it waits for one."""
    leaf = Leaf.objects.filter(pk=entry.pk).select_related("seal").first()
    return leaf.seal if leaf else None
