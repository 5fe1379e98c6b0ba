"""What the nightly check compares of agencies: authority with the log, and with appointments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from agencies.models import (
    Agency,
    AgencyUserObjectPermission,
    Authorisation,
    AuthorisationEnd,
    Desk,
    DeskSeat,
    DeviceReset,
    Fallback,
    Invitation,
    Membership,
)
from audit.attested import register_attested, register_endings
from audit.consistency import Finding, in_batches, register
from kernel.actors import Role

_Place = tuple[UUID, UUID]


def register_checks() -> None:
    """What confers authority, and guardian's appointments beside it."""
    register_attested(
        Agency, Desk, Fallback, Membership, DeskSeat, Authorisation, Invitation, DeviceReset
    )
    register_endings("agencies.authorisation_ended", AuthorisationEnd, "authorisation_id")
    register("agencies.appointments", appointments)


def appointments() -> Iterator[Finding]:
    """Who leads an agency by a genuine membership is appointed to manage it, and nobody else."""
    for rows in in_batches(AgencyUserObjectPermission.objects.all()):
        leading = _leading(Membership.objects.filter(user__in={row.user_id for row in rows}))
        for row in rows:
            if (row.user_id, row.content_object_id) not in leading:
                yield Finding.of("appointed_without_membership", row)
    leads = Membership.objects.filter(ended_at=None, roles__contains=[Role.AGENCY_LEAD])
    for members in in_batches(leads):
        appointed = _appointed(member.user_id for member in members)
        for member in members:
            if member.is_genuine() and (member.user_id, member.agency_id) not in appointed:
                yield Finding.of("leads_without_appointment", member)


def _leading(members: Iterable[Membership]) -> set[_Place]:
    return {
        (one.user_id, one.agency_id)
        for one in members
        if one.ended_at is None and Role.AGENCY_LEAD in one.role_set and one.is_genuine()
    }


def _appointed(users: Iterable[UUID]) -> set[_Place]:
    rows = AgencyUserObjectPermission.objects.filter(user__in=set(users))
    return set(rows.values_list("user_id", "content_object_id"))
