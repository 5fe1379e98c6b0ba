"""Saying when nobody is at a desk, who takes over, and who is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from agencies import attendance, policies, queries
from agencies.models import Absence, Desk, Fallback, Membership, Period, Terms
from audit import services as audit
from kernel.actors import Actor
from kernel.attestation import SIGNATURE


@dataclass(frozen=True, slots=True)
class PeriodEntry:
    """Some days, and what they are."""

    kind: Period.Kind
    what: str
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Cover:
    """In which part of the year a desk is attended, and who takes over where nobody is there."""

    always: bool
    terms: Terms
    fallback_id: UUID | None


@transaction.atomic
def set_cover(*, actor: Actor, desk_id: UUID, cover: Cover) -> Desk:
    """Change when in the year a desk is attended, and its fallback. Fallbacks never run in a ring."""
    _one_fallback_at_a_time()
    desk = queries.desks(actor).select_for_update(of=("self",)).get(pk=desk_id)
    policies.can_edit_desk(actor, desk).require()
    desk.always, desk.terms = cover.always, cover.terms
    desk.save(update_fields=["always", "terms"])
    audit.record("agencies.desk_edited", actor=actor, target=desk, fields=["always", "terms"])
    _set_fallback(actor, desk, cover.fallback_id)
    return desk


def _one_fallback_at_a_time() -> None:
    """Two leads who name each other's desk at the same moment would close a ring."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('agencies.fallback'))")


def _set_fallback(actor: Actor, desk: Desk, to_id: UUID | None) -> None:
    row = Fallback.objects.filter(desk=desk).first()
    if to_id == (row.to_id if row else None):
        return
    to = queries.open_desks(actor).get(pk=to_id) if to_id else None
    onwards = [one.pk for one in attendance.chain(to.pk, attendance.fallbacks())] if to else []
    policies.can_fall_back(desk, to, onwards).require()
    if row is None:
        row = Fallback(desk=desk, to=to).attest()
        row.save(force_insert=True)
    else:
        row.to = to
        row.attest().save(update_fields=["to", *SIGNATURE])
    audit.record("agencies.fallback_set", actor=actor, target=row, desk=desk.pk, to=to_id)


@transaction.atomic
def add_period(*, actor: Actor, desk_id: UUID, entry: PeriodEntry) -> Period:
    """Note days on which a desk is closed, or one of its own terms. The same days once."""
    desk = queries.desks(actor).select_for_update(of=("self",)).get(pk=desk_id)
    policies.can_edit_desk(actor, desk).require()
    return _add_period(actor, desk, entry)


@transaction.atomic
def add_county_term(*, actor: Actor, entry: PeriodEntry) -> Period:
    """Note a term of the county's, which desks may follow."""
    policies.can_keep_directory(actor).require()
    return _add_period(actor, None, entry)


def _add_period(actor: Actor, desk: Desk | None, entry: PeriodEntry) -> Period:
    same = {"kind": entry.kind, "from_on": entry.from_on, "until_on": entry.until_on}
    known = attendance.periods(desk).filter(**same).first()
    if known:
        return known
    period = Period.objects.create(desk=desk, what=entry.what, **same)
    of = desk.pk if desk else None
    audit.record("agencies.period_added", actor=actor, target=period, desk=of, kind=entry.kind)
    return period


@transaction.atomic
def remove_period(*, actor: Actor, period_id: UUID) -> Period:
    """Take days out again. They stay on record; what was due by them stays due."""
    period = attendance.periods_seen(actor).select_for_update(of=("self",)).get(pk=period_id)
    policies.can_keep_period(actor, period).require()
    if period.removed_at is None:
        period.removed_at = timezone.now()
        period.save(update_fields=["removed_at"])
        audit.record("agencies.period_removed", actor=actor, target=period)
    return period


@transaction.atomic
def say_away(
    *,
    actor: Actor,
    membership_id: UUID,
    from_on: date,
    until_on: date,
    stand_in_id: UUID | None = None,
) -> Absence:
    """Say from when to when a member is away, and who stands in. Said twice, it stands once."""
    found = queries.memberships(actor).select_for_update(of=("self",), no_key=True)
    membership = found.get(pk=membership_id)
    policies.can_say_away(actor, membership).require()
    stand_in = _stand_in(membership, stand_in_id)
    plan = {"membership": membership, "from_on": from_on, "until_on": until_on}
    known = Absence.objects.filter(**plan, stand_in=stand_in, ended_at=None).first()
    if known:
        return known
    absence = Absence.objects.create(
        **plan, stand_in=stand_in, said_by_id=actor.member.membership_id
    )
    audit.record("agencies.away_said", actor=actor, target=absence, member=membership.pk)
    return absence


def _stand_in(membership: Membership, stand_in_id: UUID | None) -> Membership | None:
    if stand_in_id is None:
        return None
    at_desk = {one.pk: one for one in attendance.colleagues(membership)}
    policies.can_stand_in(sits_beside=stand_in_id in at_desk).require()
    return at_desk[stand_in_id]


@transaction.atomic
def end_absence(*, actor: Actor, absence_id: UUID) -> Absence:
    """Back, or not going after all."""
    absence = attendance.absences_seen(actor).select_for_update(of=("self",)).get(pk=absence_id)
    policies.can_say_away(actor, absence.membership).require()
    if absence.ended_at is None:
        absence.ended_at = timezone.now()
        absence.save(update_fields=["ended_at"])
        audit.record("agencies.away_ended", actor=actor, target=absence)
    return absence
