"""For workers: each reader's own right is checked before anything is sent to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from sharing.models import (
    Answer,
    Ask,
    Chasing,
    EmergencyOpening,
    Escalation,
    Request,
    Share,
    Subject,
)
from sharing.states import OPEN_ASK, AskStatus, Outcome, Urgency
from vault.models import GrantReason, Safe


def asks_to_chase(now: datetime, chasing: Mapping[Urgency, Chasing]) -> QuerySet[Ask]:
    """Overdue asks of which nobody was told yet, or not for as long as configured. For the sweep."""
    owed = Q(pk__in=[])
    for urgency, rule in chasing.items():
        before = now - timedelta(hours=rule.again_hours)
        again = Q(overdue_noticed_at__isnull=True) | Q(overdue_noticed_at__lte=before)
        owed |= again & Q(request__urgency=urgency, overdue_notices__lt=rule.times)
    late = Ask.objects.filter(owed, due_at__lt=now, status__in=OPEN_ASK)
    return late.select_related("request").order_by("due_at", "pk")


def asks_nearly_due(now: datetime) -> QuerySet[Ask]:
    """Asks whose time runs out soon and that nobody was told of yet. For the sweep."""
    near = Ask.objects.filter(nearly_at__lte=now, due_at__gt=now, nearly_noticed_at__isnull=True)
    return near.filter(status__in=OPEN_ASK).order_by("nearly_at", "pk")


def asks_that_may_pass_on(now: datetime, chasing: Mapping[Urgency, Chasing]) -> QuerySet[Ask]:
    """Asks with a fallback that have waited as long as one may where nobody is. For the sweep."""
    waited = Q(pk__in=[])
    for urgency, rule in chasing.items():
        since = now - timedelta(minutes=rule.pass_on_minutes)
        waited |= Q(request__urgency=urgency, request__sent_at__lte=since)
    found = Ask.objects.filter(waited, fallback__isnull=False, status=AskStatus.WAITING)
    return found.select_related("request", "desk").order_by("pk")


def ask_to_pass_on(ask_id: UUID) -> QuerySet[Ask]:
    """For the clock: a request that waits and has a fallback, whoever asked it."""
    waiting = Ask.objects.filter(pk=ask_id, status=AskStatus.WAITING, fallback__isnull=False)
    return waiting.select_related("request__asked_by")


def safes_given_to_desk(ask: Ask) -> QuerySet[Safe]:
    """For the clock: what was sealed for the desk to read when it was asked."""
    given = {"grants__holder_id": ask.desk_id, "grants__reason": GrantReason.DESK}
    return Safe.objects.filter(dossier=ask.request.dossier_id, **given).distinct()


def ask_by_id(ask_id: UUID) -> Ask:
    """For a worker: each reader's own right is checked before anything is sent to them."""
    return Ask.objects.select_related("request__asked_by", "desk").get(pk=ask_id)


def share_by_id(share_id: UUID) -> Share:
    """For a worker: each reader's own right is checked before anything is sent to them."""
    return Share.objects.get(pk=share_id)


def answers_in_share(share: Share) -> QuerySet[Answer]:
    """For a worker: what somebody gave unasked, with whom it was addressed to."""
    return share.answers.prefetch_related("recipients").order_by("pk")


def answers_to_ask(ask: Ask) -> QuerySet[Answer]:
    """For a worker: the answers that somebody gave, with whom they were addressed to."""
    found = Answer.objects.filter(ask=ask, outcome__in=[o for o in Outcome if o.shares])
    return found.prefetch_related("recipients").order_by("pk")


def is_open(ask_id: UUID) -> bool:
    """For a worker: whether the desk still owes an answer, or a notice has been overtaken."""
    return Ask.objects.filter(pk=ask_id, status__in=OPEN_ASK).exists()


def reference_of(about: str, target_id: UUID) -> str:
    """The reference that a notice quotes."""
    if about == "answer":
        return Answer.objects.select_related("ask__request", "share").get(pk=target_id).reference
    if about == "recall":
        return (
            Answer.objects.select_related("ask__request", "share")
            .get(recipients__recall=target_id)
            .reference
        )
    if about == "emergency":
        return EmergencyOpening.objects.values_list("reference", flat=True).get(pk=target_id)
    if about == "escalation":
        return Escalation.objects.values_list("reference", flat=True).get(pk=target_id)
    if about == "release":
        subjects = Subject.objects.select_related("request", "share")
        return subjects.get(snapshot__protected_address__releases=target_id).case.reference
    return Request.objects.values_list("reference", flat=True).get(asks=target_id)


def asks_told(word_back_id: UUID) -> QuerySet[Ask]:
    """For a worker: the desks' parts of a request that a word back goes to."""
    found = Ask.objects.filter(words_back__word_back=word_back_id)
    return found.select_related("request__asked_by", "desk").order_by("pk")
