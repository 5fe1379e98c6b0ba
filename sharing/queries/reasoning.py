"""Reading everything that one decision rests on."""

from __future__ import annotations

from django.db.models import QuerySet

from guidance import queries as guidance
from guidance.models import Advice
from kernel.actors import Actor
from sharing.models import Answer, Request
from sharing.queries.answers import answers_in_full
from sharing.queries.requests import requests_with_progress


def reasoned_answers(actor: Actor) -> QuerySet[Answer]:
    """Answers with the request or share that they belong to."""
    return answers_in_full(actor).select_related(
        "ask__request__asked_by__user",
        "ask__request__asking_agency",
        "ask__request__family",
        "share__contact",
        "share__shared_by__user",
    )


def reasoned_requests(actor: Actor) -> QuerySet[Request]:
    """One's own requests with the people and desks, and without protected addresses."""
    return requests_with_progress(actor)


def advice_behind_answer(actor: Actor, answer: Answer) -> QuerySet[Advice]:
    """What the reader's own agency asked its leads about this, on whichever side it stands."""
    case = answer.case
    records = {answer.ask_id, answer.share_id, case.pk, case.draft_id}
    return guidance.advice_behind(actor, [one for one in records if one], [case.reference])


def advice_behind_request(actor: Actor, asked: Request) -> QuerySet[Advice]:
    """What the asking agency asked its leads before and after it asked others."""
    return guidance.advice_behind(actor, [asked.pk, asked.draft_id], [asked.reference])
