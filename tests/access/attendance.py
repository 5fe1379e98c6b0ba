"""Days on which a desk is closed and somebody is away, for the addresses about them."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from agencies import services
from agencies.models import Desk, Period
from agencies.services import PeriodEntry
from tests.partnership import Player


def keep_times(lead: Player, desk: Desk, member: Player) -> SimpleNamespace:
    """The lead closed their desk for a week, and said that a member is away meanwhile."""
    from_on = timezone.localdate() + timedelta(days=200)
    until_on = from_on + timedelta(days=7)
    week = PeriodEntry(Period.Kind.CLOSED, "The move", from_on, until_on)
    period = services.add_period(actor=lead.actor, desk_id=desk.pk, entry=week)
    absence = services.say_away(
        actor=lead.actor, membership_id=member.membership_id, from_on=from_on, until_on=until_on
    )
    return SimpleNamespace(period=period, absence=absence)
