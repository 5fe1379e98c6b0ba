"""Who may see the log, how far, and who keeps the post moving."""

from __future__ import annotations

from uuid import UUID

from django.db.models import OuterRef, Q

from agencies.models import Membership
from audit.models import AccessEvent, AuditEvent
from kernel.actors import Actor, Role
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from kernel.models import OutboxMessage
from sharing.queries import hidden, parties

# Whoever sits at the machine's own console
OPERATOR = Actor.system("operator")
# By what messages name the records that they are about
_NAMES_OF_RECORDS = ("target_id", "ask_id", "answer_id", "request_id", "share_id", "escalation_id")
_NOT_OFFICER = deny(
    "not_officer",
    "Only data protection officers and the partnership coordinator see the log. "
    "Ask your agency’s data protection officer.",
)
_NOT_COORDINATOR = deny(
    "not_coordinator", "Only the partnership coordinator sees what could not be sent."
)


def can_see_log(actor: Actor) -> Decision:
    """Officers answer for their agency's handling of information, the coordinator for everybody's."""
    return ALLOW if actor.holds(Role.DPO, Role.COORDINATOR) else _NOT_OFFICER


def can_read_change(actor: Actor, event: AuditEvent) -> Decision:
    return can_see_log(actor)


def can_read_look(actor: Actor, event: AccessEvent) -> Decision:
    return can_see_log(actor)


def sees_everybody(actor: Actor) -> bool:
    """Whether the actor's view of the log ends at no agency's door."""
    return actor.holds(Role.COORDINATOR)


def own_events(actor: Actor) -> tuple[Q, ...]:
    """What people of one's agency did: while acting for it, and while signing in to do so.

    Each part is read by an index of its own; together they are one half of an officer's scope.
    """
    if sees_everybody(actor):
        return (Q(),)
    if not actor.holds(Role.DPO):
        return ()
    return Q(agency_id=actor.agency_id), Q(agency_id=None, user_id__in=_people(actor.agency_id))


def changes_by_others(actor: Actor) -> Q:
    """What other agencies did with requests that one's agency sent or received."""
    if actor.agency_id is None or not actor.holds(Role.DPO):
        return Q(pk__in=[])
    ours = parties.asks_between(actor.agency_id)
    return _by_others(actor) & Q(target_id__in=ours.values("pk"))


def looks_by_others(actor: Actor) -> Q:
    """Who of other agencies looked at what one's agency sent."""
    if actor.agency_id is None or not actor.holds(Role.DPO):
        return Q(pk__in=[])
    return _by_others(actor) & parties.holds_what_was_sent_by(actor.agency_id, OuterRef("safes"))


def changes_not_kept_from(actor: Actor) -> Q:
    """All but what happened in cases that the reader must not learn of."""
    if not actor.kept_from:
        return Q()
    return ~Q(target_id__in=hidden.records_in(actor.kept_from))


def looks_not_kept_from(actor: Actor) -> Q:
    """All but looks into cases that the reader must not learn of."""
    if not actor.kept_from:
        return Q()
    return ~Q(safes__overlap=hidden.safes_in(actor.kept_from))


def messages_not_kept_from(actor: Actor) -> Q:
    """All but messages about cases that the reader must not learn of."""
    if not actor.kept_from:
        return Q()
    hidden_ids = [str(one) for one in hidden.records_in(actor.kept_from)]
    about = Q(
        *((f"payload__{name}__in", hidden_ids) for name in _NAMES_OF_RECORDS), _connector=Q.OR
    )
    return ~Q(pk__in=OutboxMessage.objects.filter(about).values("pk"))


def _by_others(actor: Actor) -> Q:
    return Q(agency_id__isnull=True) | ~Q(agency_id=actor.agency_id)


def _people(agency_id: UUID | None) -> object:
    return Membership.objects.filter(agency=agency_id).values("user")


def can_keep_post(actor: Actor) -> Decision:
    """Whoever is asked "why was I not told?" keeps what could not be sent moving."""
    if actor.holds(Role.COORDINATOR) or actor == OPERATOR:
        return ALLOW
    return _NOT_COORDINATOR


def can_read_message(actor: Actor, message: OutboxMessage) -> Decision:
    return can_keep_post(actor)


def can_change_message(actor: Actor, message: OutboxMessage) -> Decision:
    """Only what waits for a person's word is tried again or given up."""
    allowed = can_keep_post(actor)
    return _is_parked(message) if allowed else allowed


def _is_parked(message: OutboxMessage) -> Decision:
    if message.delivered_at is not None:
        return deny(WRONG_STATE, "This was done in the meantime. There is nothing left to do.")
    if message.given_up_at is not None:
        return deny(WRONG_STATE, "Somebody gave this up in the meantime.")
    if message.parked_at is None:
        return deny(WRONG_STATE, "This is being tried already. Look again in a few minutes.")
    return ALLOW
