"""What the pages about an agency's people show, worked out before they are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from agencies.authority import authority_of
from agencies.models import Authorisation, Invitation, Membership
from kernel.actors import Actor, Role
from kernel.presenting import date_long, plural
from kernel.tiers import Tier

# Long enough to arrange the next authorisation before the last one ends
SOON = timedelta(days=30)


# Long enough to arrange the next authorisation before the last one ends
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Clearance:
    """What somebody may read today; `text` says what needs doing, `flag` colours it."""

    tier: Tier
    until: date | None
    flag: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One person of an agency, for who keeps its people."""

    id: UUID
    name: str
    email: str
    job_title: str
    roles: tuple[str, ...]
    desks: tuple[str, ...]
    clearance: Clearance
    joined_at: datetime
    ended_at: datetime | None
    is_self: bool


@dataclass(frozen=True, slots=True)
class PastAuthorisation:
    """One authorisation in a member's history."""

    tier: Tier
    reason: str
    granted_by: str
    from_on: date
    until_on: date
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation that waits."""

    id: UUID
    email: str
    roles: tuple[str, ...]
    tier: Tier
    until: date
    invited_by: str
    expires_at: datetime
    has_expired: bool


@dataclass(frozen=True, slots=True)
class JoinPage:
    """What an invitation offers, for whoever opened its link."""

    agency: str
    email: str
    roles: tuple[str, ...]
    tier: Tier
    reason: str
    until: date
    invited_by: str


def member_rows(actor: Actor, members: Sequence[Membership]) -> list[MemberRow]:
    """Members read by queries.people, as their lead sees them."""
    return [member_row(actor, member) for member in members]


def member_row(actor: Actor, member: Membership) -> MemberRow:
    authority = authority_of(member, timezone.localdate())
    seats = [seat for seat in member.seats.all() if seat.desk_id in authority.desk_ids]
    return MemberRow(
        id=member.pk,
        name=member.user.full_name,
        email=member.user.email,
        job_title=member.job_title,
        roles=_labels(authority.roles),
        desks=tuple(seat.desk.name for seat in seats),
        clearance=_clearance(member, authority.authorisation),
        joined_at=member.joined_at,
        ended_at=member.ended_at,
        is_self=member.user_id == actor.user_id,
    )


def history(authorisations: Iterable[Authorisation]) -> list[PastAuthorisation]:
    """Every authorisation of a member, newest first."""
    return [
        PastAuthorisation(
            tier=Tier(a.tier),
            reason=a.reason,
            granted_by=_name(a.granted_by),
            from_on=a.from_on,
            until_on=a.until_on,
            ended_at=a.end.ended_at if a.was_ended else None,
        )
        for a in authorisations
    ]


def invitation_rows(invitations: Iterable[Invitation]) -> list[InvitationRow]:
    now = timezone.now()
    return [
        InvitationRow(
            id=i.pk,
            email=i.email,
            roles=_labels(i.role_set),
            tier=Tier(i.tier),
            until=i.until_on,
            invited_by=_name(i.invited_by),
            expires_at=i.expires_at,
            has_expired=i.has_expired(now),
        )
        for i in invitations
    ]


def join_page(invitation: Invitation) -> JoinPage:
    return JoinPage(
        agency=invitation.agency.name,
        email=invitation.email,
        roles=_labels(invitation.role_set),
        tier=Tier(invitation.tier),
        reason=invitation.reason,
        until=invitation.until_on,
        invited_by=_name(invitation.invited_by),
    )


def _labels(roles: Iterable[Role]) -> tuple[str, ...]:
    """In the order in which the roles are defined."""
    held = set(roles)
    return tuple(role.label for role in Role if role in held)


def _name(member: Membership | None) -> str:
    return member.user.full_name if member else "Whoever installed the portal"


def _clearance(member: Membership, authorisation: Authorisation | None) -> Clearance:
    today = timezone.localdate()
    if authorisation is None:
        return Clearance(Tier.ANONYMISED, None, "overdue", _lapse(member, today))
    until, tier = authorisation.until_on, Tier(authorisation.tier)
    if until - today > SOON:
        return Clearance(tier, until)
    left = (until - today).days
    return Clearance(
        tier, until, "due_soon", f"Ends in {plural(left, 'day')}" if left else "Ends today"
    )


def _lapse(member: Membership, today: date) -> str:
    past = [a.until_on for a in member.authorisations.all() if a.until_on < today]
    return f"Lapsed on {date_long(max(past))}" if past else "Never authorised"
