"""How many requests a second one process creates, and how many shares it opens, durably."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

from django.utils import timezone

from benchmarks.clock import per_second
from benchmarks.partnership import Partnership, build
from consent.services import FamilyAccount
from consent.states import Consent, Told
from kernel.tiers import Tier
from people.identity import Identity, PersonKind
from sharing import queries, services
from sharing.models import Answer, Request
from sharing.services import ItemInput, PersonAnswer, RequestInput
from sharing.states import Category, Outcome, Standing, Urgency

REQUESTS = 200


def measure() -> Iterator[dict[str, Any]]:
    """Whole service calls, audit, outbox and seals included, each in its own transaction."""
    partnership = build("journey")
    asker = partnership.asker
    wanted = request_input(partnership)
    sent: list[Request] = []

    def ask() -> None:
        draft = services.begin_request(actor=asker)
        sent.append(services.send_request(actor=asker, draft_id=draft.pk, wanted=wanted))

    yield {"figure": "requests created per second", "value": round(per_second(REQUESTS, ask), 1)}
    answers = cycle(_answered(partnership, sent))

    def read() -> None:
        services.open_answers(actor=asker, answers=[next(answers)])

    yield {"figure": "shares opened per second", "value": round(per_second(REQUESTS, read), 1)}


def request_input(partnership: Partnership) -> RequestInput:
    """One child, one desk, a narrative of ordinary length."""
    purpose = queries.purposes(timezone.localdate()).first()
    assert purpose is not None
    return RequestInput(
        people=[Identity(PersonKind.CHILD, "Benchmark", "Child")],
        desks={partnership.answering_desk.pk: [0]},
        purpose_id=purpose.pk,
        tier=Tier.SENSITIVE,
        categories=[Category.CONCERNS],
        urgency=Urgency.AMBER,
        why="A sentence of the length that people write. " * 10,
        family=FamilyAccount(Told.TOLD, Consent.NOT_RELIED_ON),
    )


def _answered(partnership: Partnership, sent: list[Request]) -> list[Answer]:
    item = ItemInput(Category.CONCERNS, Tier.SENSITIVE, Standing.FACT, "What the desk knows. " * 20)
    for info_request in sent:
        ask = info_request.asks.get()
        draft = services.begin_answer(actor=partnership.answerer, ask_id=ask.pk)
        (about,) = ask.about.all()
        services.send_answers(
            actor=partnership.answerer,
            ask_id=ask.pk,
            draft_id=draft.pk,
            decisions=[PersonAnswer(about.subject_id, Outcome.SHARED, items=[item])],
        )
    return list(queries.with_contents(queries.answers(partnership.asker), partnership.asker))
