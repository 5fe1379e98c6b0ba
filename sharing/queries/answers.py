"""Reading what was answered."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from kernel.actors import Actor
from people.queries import surroundings_through
from sharing import policies
from sharing.models import (
    Answer,
    Ask,
    Copy,
    Receipt,
    Recipient,
    Request,
)
from sharing.queries.items import items_prefetch


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
    return with_contents(answers(actor), actor)


def answers_to(actor: Actor, ask: Ask) -> QuerySet[Answer]:
    """What one desk answered, in the order in which it was asked."""
    return with_contents(answers(actor).filter(ask=ask), actor).order_by("subject__position", "pk")


def answers_about(actor: Actor, info_request: Request) -> QuerySet[Answer]:
    """Every answer to a request so far, by desk and then by person."""
    found = with_contents(answers(actor).filter(ask__request=info_request), actor)
    return found.order_by("ask__desk__agency__name", "ask_id", "subject__position")


def with_contents(found: QuerySet[Answer], actor: Actor) -> QuerySet[Answer]:
    """Answers with their items as this reader is shown them, their recipients, receipts and copies."""
    addressed = Recipient.objects.select_related("membership__user", "desk__agency", "recall")
    addressed = addressed.order_by("pk")
    opened = Receipt.objects.select_related("membership__user", "membership__agency")
    taken = Copy.objects.select_related("taken_by__user", "taken_by__agency")
    return found.prefetch_related(
        surroundings_through("subject__snapshot__"),
        items_prefetch(actor),
        Prefetch("recipients", addressed),
        Prefetch("receipts", opened.order_by("first_opened_at", "pk")),
        Prefetch("copies", taken.order_by("taken_at", "pk")),
    )
