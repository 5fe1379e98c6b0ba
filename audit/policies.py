"""Who may let a month of the log expire, and when. Nobody alone, and none before its time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from audit import registry
from audit.models import PartitionExpiry
from kernel.actors import Actor, Role
from kernel.attestation import FORGED
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny

_NOT_OFFICER = deny(
    "not_officer",
    "Only the partnership’s coordinator or data protection officer decides when the log expires.",
)
_OWN_PROPOSAL = deny(
    "own_proposal", "Somebody else has to approve what you proposed. Ask your colleague."
)
_APPROVED = deny(WRONG_STATE, "Somebody approved this in the meantime.")
_DONE = deny(WRONG_STATE, "This month was expired already.")
_NOT_APPROVED = deny("not_approved", "A second person has to approve this first.")
_PERIOD = re.compile(r"([0-9]+) (year|month)s?")


def kept_until(month: date, kept_for: str) -> datetime | None:
    """When the last event of a month has been kept long enough; None where that never is."""
    period = _PERIOD.fullmatch(kept_for)
    if period is None:
        return None
    length = relativedelta(months=int(period[1]) * (12 if period[2] == "year" else 1))
    return datetime.combine(month + relativedelta(months=1) + length, time(), UTC)


def is_due(month: date, kept_for: str) -> bool:
    """Whether the schedule lets this month go."""
    until = kept_until(month, kept_for)
    return until is not None and until <= timezone.now()


def can_see_expiries(
    actor: Actor, is_partnership: Callable[[UUID | None], bool] = registry.is_partnership
) -> Decision:
    """The partnership's coordinator and its data protection officer decide when a month goes."""
    is_theirs = actor.holds(Role.COORDINATOR, Role.DPO) and is_partnership(actor.agency_id)
    return ALLOW if is_theirs else _NOT_OFFICER


def can_propose_expiry(actor: Actor, month: date) -> Decision:
    """One of the two proposes, once the schedule's period is over."""
    allowed = can_see_expiries(actor)
    return _due(month, registry.kept_for()) if allowed else allowed


def can_approve_expiry(actor: Actor, run: PartitionExpiry) -> Decision:
    """The other of the two approves."""
    allowed = can_see_expiries(actor)
    if not allowed:
        return allowed
    if run.proposed_by_id == actor.membership_id:
        return _OWN_PROPOSAL
    if run.approved_at is not None:
        return _APPROVED
    return ALLOW if run.is_genuine() else FORGED


def can_carry_out_expiry(actor: Actor, run: PartitionExpiry) -> Decision:
    """Only what two people signed, of which the database's own function asks again."""
    if run.carried_out_at is not None:
        return _DONE
    if run.approved_at is None:
        return _NOT_APPROVED
    if not run.is_genuine():
        return FORGED
    return _due(run.month, registry.kept_for()) and _due(run.month, run.kept_for)


def _due(month: date, kept_for: str) -> Decision:
    if is_due(month, kept_for):
        return ALLOW
    until = kept_until(month, kept_for)
    when = f"until {until:%-d %B %Y}" if until else "without end"
    return deny("not_due", f"The retention schedule keeps {month:%B %Y} {when}.")
