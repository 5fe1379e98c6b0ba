"""Reading what was answered."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from kernel.actors import Actor
from sharing import policies
from sharing.models import (
    Answer,
    Ask,
    Item,
    Receipt,
    Recipient,
    Request,
)


def answers(actor: Actor) -> QuerySet[Answer]:
    """Answers at either end of which the actor stands, or that are addressed to the actor."""
    mine = Answer.objects.filter(policies.visible_answers(actor), pk=OuterRef("pk"))
    return Answer.objects.filter(Exists(mine)).select_related(
        "ask__desk__agency",
        "ask__request__purpose",
        "share__from_agency",
        "share__from_desk__agency",
        "share__purpose",
        "share__family",
        "subject__snapshot",
        "decided_by__user",
        "try_desk__agency",
    )


def answers_in_full(actor: Actor) -> QuerySet[Answer]:
    """Answers as a page about one of them needs them."""
    return with_contents(answers(actor))


def answers_to(actor: Actor, ask: Ask) -> QuerySet[Answer]:
    """What one desk answered, in the order in which it was asked."""
    return with_contents(answers(actor).filter(ask=ask)).order_by("subject__position", "pk")


def answers_about(actor: Actor, info_request: Request) -> QuerySet[Answer]:
    """Every answer to a request so far, by desk and then by person."""
    found = with_contents(answers(actor).filter(ask__request=info_request))
    return found.order_by("ask__desk__agency__name", "ask_id", "subject__position")


def with_contents(found: QuerySet[Answer]) -> QuerySet[Answer]:
    """Answers with their items, recipients and receipts."""
    addressed = Recipient.objects.select_related("membership__user", "desk__agency").order_by("pk")
    opened = Receipt.objects.select_related("membership__user", "membership__agency")
    return found.prefetch_related(
        Prefetch("items", Item.objects.order_by("position")),
        Prefetch("recipients", addressed),
        Prefetch("receipts", opened.order_by("first_opened_at", "pk")),
    )
