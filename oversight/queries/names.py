"""Who and what the ids of the log stand for: a few queries, however many entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Lower

from accounts.models import User
from agencies.models import Agency, Membership
from audit.models import AccessEvent, AuditEvent
from kernel.actors import Actor
from oversight import policies
from oversight.queries.log import Entry, requests, shares
from sharing.queries import parties


@dataclass(frozen=True, slots=True)
class Names:
    """Names of staff and agencies, and the references of records, by id."""

    people: dict[UUID, str] = field(default_factory=dict)
    agencies: dict[UUID, str] = field(default_factory=dict)
    members: dict[UUID, str] = field(default_factory=dict)
    records: dict[UUID, str] = field(default_factory=dict)
    safes: dict[UUID, str] = field(default_factory=dict)


def names_in(actor: Actor, entries: Sequence[Entry]) -> Names:
    """What the entries' ids stand for, as far as this reader may know."""
    looks = [one for one in entries if isinstance(one, AccessEvent)]
    changes = [one for one in entries if isinstance(one, AuditEvent)]
    return Names(
        people=people({one.user_id for one in entries if one.user_id}),
        agencies=agency_names({one.agency_id for one in entries if one.agency_id}),
        members=member_names({one.seen_by_id for one in looks if one.seen_by_id}),
        records=parties.references_of_records({c.target_id for c in changes if c.target_id}),
        safes=_references(actor, looks) | parties.references_of_safes(_safes_changed(changes)),
    )


def safe_of(change: AuditEvent) -> UUID | None:
    """The safe that a change of the vault is about."""
    if change.target_type == "vault.Safe":
        return change.target_id
    named = change.facts.get("safe") if isinstance(change.facts, dict) else None
    return UUID(named) if named else None


def _safes_changed(changes: Iterable[AuditEvent]) -> set[UUID]:
    return {safe for one in changes if (safe := safe_of(one))}


def _references(actor: Actor, looks: Iterable[AccessEvent]) -> dict[UUID, str]:
    """Of what others looked at beside our own records, an officer learns nothing."""
    own = {s for one in looks if _is_own(actor, one) for s in one.safes}
    others = {s for one in looks if not _is_own(actor, one) for s in one.safes}
    found = parties.references_of_safes(own | others)
    if beside := others - own:
        within = {"dossier__safes__in": list(beside)}
        known = {
            reference
            for cases in (requests(actor), shares(actor))
            for reference in cases.filter(**within).values_list("reference", flat=True)
        }
        found = {s: r for s, r in found.items() if s in own or r in known}
    return found


def _is_own(actor: Actor, entry: Entry) -> bool:
    return policies.sees_everybody(actor) or entry.agency_id == actor.agency_id


def people(ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of staff by the id of their account."""
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "full_name"))


def member_names(ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of staff by the id of their membership, with their agency."""
    found = Membership.objects.filter(pk__in=ids)
    named = found.values_list("pk", "user__full_name", "agency__short_name")
    return {pk: f"{name}, {agency}" for pk, name, agency in named}


def agency_names(ids: Collection[UUID]) -> dict[UUID, str]:
    """Short names of agencies."""
    return dict(Agency.objects.filter(pk__in=ids).values_list("pk", "short_name"))


def members_of(agency_id: UUID) -> QuerySet[Membership]:
    """Everybody who ever acted for an agency, by name: those who left did things too."""
    found = Membership.objects.filter(agency=agency_id).select_related("user")
    return found.order_by(Lower("user__full_name"), "pk")


def agencies(actor: Actor) -> QuerySet[Agency]:
    """Agencies whose people's entries the actor may single out."""
    found = Agency.objects.all() if policies.sees_everybody(actor) else Agency.objects.none()
    return found.order_by(Lower("name"), "pk")
