"""Copies, one's own notes and words back."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from kernel.actors import Actor
from sharing import policies
from sharing.models import Answer, Ask, Copy, OwnNote, Request, Subject, WordBack
from sharing.queries.answers import answers
from sharing.queries.asks import asks
from sharing.queries.requests import requests
from sharing.states.papers import KNOWING


def copies(actor: Actor) -> QuerySet[Copy]:
    """Copies that the actor took, as far as their answers are still in the actor's scope."""
    mine = Copy.objects.filter(policies.visible_copies(actor))
    found = mine.filter(answer__in=answers(actor).order_by().values("pk"))
    return found.select_related(
        "made",
        "taken_by__user",
        "taken_by__agency",
        "answer__safe__dossier",
        "answer__ask__request",
        "answer__share",
    )


def notes_on_answers(actor: Actor, found: Collection[UUID]) -> QuerySet[OwnNote]:
    """What one's own side noted beside answers, the latest first."""
    return _notes(actor).filter(answer__in=found)


def notes_on_request(actor: Actor, asked: Request) -> QuerySet[OwnNote]:
    return _notes(actor).filter(request=asked)


def _notes(actor: Actor) -> QuerySet[OwnNote]:
    found = OwnNote.objects.filter(policies.visible_notes(actor))
    return found.select_related("noted_by__user").order_by("-noted_at", "-pk")


def own_subjects(actor: Actor) -> QuerySet[Subject]:
    """People in what the actor, or the actor's desk, asked."""
    found = Subject.objects.filter(request__in=requests(actor).order_by().values("pk"))
    return found.select_related("request", "snapshot__safe__dossier")


def answered_about(subject: Subject) -> QuerySet[Answer]:
    """Answers by desks that know the person: these may be told what came of it."""
    found = Answer.objects.filter(subject=subject, ask__isnull=False, outcome__in=KNOWING)
    return found.select_related("ask__desk__agency").order_by("ask__desk__agency__name", "pk")


def words_back_to(actor: Actor, ask: Ask) -> QuerySet[WordBack]:
    """What a desk was told of what came of its answers, the latest first."""
    seen = asks(actor).filter(pk=ask.pk).order_by().values("pk")
    return _words_back().filter(readers__ask__in=seen)


def words_back_on(actor: Actor, asked: Request) -> QuerySet[WordBack]:
    """What the asking side told those who answered."""
    seen = requests(actor).filter(pk=asked.pk).order_by().values("pk")
    return _words_back().filter(subject__request__in=seen)


def _words_back() -> QuerySet[WordBack]:
    found = WordBack.objects.select_related("subject__snapshot", "sent_by__user")
    return found.prefetch_related("readers__ask__desk__agency").order_by("-sent_at", "-pk")
