"""Reading what was addressed to somebody, and how much waits for them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import NegatedExpression

from guidance import queries as guidance
from incidents import queries as incidents
from kernel import outbox
from kernel.actors import Actor, Role
from sharing import policies
from sharing.models import (
    Ask,
    Receipt,
    Recipient,
)
from sharing.policies.emergency import REVIEWERS
from sharing.queries.asks import due_in
from sharing.queries.emergency import to_review
from sharing.queries.escalations import open_escalations
from sharing.queries.righting import copies_to_confirm, to_acknowledge
from sharing.states import OPEN_ASK, AskStatus


def shares_to(actor: Actor) -> QuerySet[Recipient]:
    """What was addressed to the actor in person or at a desk; each answer once, whatever the ways.

    Their keys are in order of time: the newest page is read off the key's index, however long the
    inbox has grown.
    """
    me = Q(membership=actor.holder_id, recall__isnull=True)
    at_desk = Q(desk__in=actor.desk_ids, recall__isnull=True)
    before = Recipient.objects.filter(me | at_desk & Q(pk__lt=OuterRef("pk")))
    found = Recipient.objects.filter(
        me | at_desk & ~Exists(before.filter(answer=OuterRef("answer"))),
        policies.not_kept_from(actor, "answer__safe__dossier"),
    )
    return found.annotate(is_unread=_unopened(actor)).select_related(  # type: ignore[no-redef]  # the model declares it
        "answer__ask__desk__agency",
        "answer__ask__request",
        "answer__share__from_agency",
        "answer__subject__snapshot",
    )


def unread_shares(actor: Actor) -> QuerySet[Recipient]:
    """What the actor has not opened yet."""
    return shares_to(actor).filter(_unopened(actor))


def narrow_shares(actor: Actor, *, show: str = "", sender: str = "") -> QuerySet[Recipient]:
    """The part of the inbox that somebody wants to see."""
    found = unread_shares(actor) if show == "unread" else shares_to(actor)
    if not sender:
        return found
    asked, unasked = Q(answer__ask__desk__agency=sender), Q(answer__share__from_agency=sender)
    return found.filter(asked | unasked)


def _unopened(actor: Actor) -> NegatedExpression[Any]:
    return ~Exists(Receipt.objects.filter(answer=OuterRef("answer"), membership=actor.holder_id))


def counts(actor: Actor) -> dict[str, int]:
    """How much waits, in numbers; of shares not opened no more than a hundred are counted.

    For the coordinator also what could not be sent: whoever was not told has to be rung.
    """
    waiting = Ask.objects.filter(
        policies.visible_asks(actor), desk__in=actor.desk_ids, status__in=OPEN_ASK
    )
    return waiting.aggregate(
        overdue=Count("pk", filter=due_in("overdue")),
        today=Count("pk", filter=due_in("today")),
        later=Count("pk", filter=due_in("later")),
        unclaimed=Count("pk", filter=Q(status=AskStatus.WAITING)),
        mine=Count("pk", filter=Q(claimed_by=actor.holder_id)),
    ) | {
        "disputed": open_escalations(actor).count(),
        "unread": unread_shares(actor)[:100].count(),
        "put_right": to_acknowledge(actor).count() + copies_to_confirm(actor).count(),
        "incidents": incidents.waiting(actor),
        "advice": guidance.count_waiting(actor) if actor.holds(Role.AGENCY_LEAD) else 0,
        "emergencies": to_review(actor).count() if actor.holds(*REVIEWERS) else 0,
        "not_sent": outbox.parked().count() if actor.holds(Role.COORDINATOR) else 0,
    }
