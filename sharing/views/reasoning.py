"""Everything behind one decision, on the screen and on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.access import ActorRequest, guarded
from audit.models import AccessKind
from guidance import services as advising
from sharing import policies, queries, services
from sharing.models import Answer, Request
from sharing.presenters.reasoning import (
    Read,
    ReasoningPage,
    answer_reasoning,
    request_reasoning,
)


@require_safe
@guarded(load=queries.reasoned_answers, policy=policies.can_read_answer)
def answer(request: ActorRequest, answer: Answer) -> HttpResponse:
    """Why one answer came out as it did. For whom it is addressed to, reading it is the receipt."""
    return _screen(request, _answer_page(request, answer, AccessKind.OPENED))


@require_safe
@guarded(load=queries.reasoned_answers, policy=policies.can_read_answer)
def print_answer(request: ActorRequest, answer: Answer) -> HttpResponse:
    """The same on paper, with whose copy it is."""
    return _paper(request, _answer_page(request, answer, AccessKind.RENDERED))


@require_safe
@guarded(load=queries.reasoned_requests, policy=policies.can_read_request)
def request(request: ActorRequest, asked: Request) -> HttpResponse:
    """Why one agency asked: its own decision."""
    return _screen(request, _request_page(request, asked, AccessKind.OPENED))


@require_safe
@guarded(load=queries.reasoned_requests, policy=policies.can_read_request)
def print_request(request: ActorRequest, asked: Request) -> HttpResponse:
    """The same on paper, with whose copy it is."""
    return _paper(request, _request_page(request, asked, AccessKind.RENDERED))


def _answer_page(request: ActorRequest, answer: Answer, kind: AccessKind) -> ReasoningPage:
    actor = request.actor
    opened = services.open_answers(actor=actor, answers=[answer], kind=kind)
    narrative = opened
    if answer.ask and policies.can_see_both_sides(actor, answer):
        narrative = services.open_narrative(actor=actor, asked=answer.ask.request, kind=kind)
    advice = list(queries.advice_behind_answer(actor, answer))
    advised = advising.open_advice(actor=actor, found=advice)
    # Read again, because this look is among the receipts now
    again = queries.reasoned_answers(actor).get(pk=answer.pk)
    return answer_reasoning(actor, again, Read(opened, narrative, advice, advised))


def _request_page(request: ActorRequest, asked: Request, kind: AccessKind) -> ReasoningPage:
    actor = request.actor
    opened = services.open_narrative(actor=actor, asked=asked, kind=kind, with_people=True)
    advice = list(queries.advice_behind_request(actor, asked))
    advised = advising.open_advice(actor=actor, found=advice)
    return request_reasoning(actor, asked, Read(opened, opened, advice, advised))


def _screen(request: ActorRequest, page: ReasoningPage) -> HttpResponse:
    return render(request, "sharing/reasoning/page.html", {"page": page})


def _paper(request: ActorRequest, page: ReasoningPage) -> HttpResponse:
    context = {"page": page, "now": timezone.now()}
    return render(request, "sharing/reasoning/print.html", context)
