"""For workers: each reader's own right is checked before anything is sent to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from sharing.models import (
    Answer,
    Ask,
    Request,
    Share,
)
from sharing.states import AskStatus, Outcome


def asks_to_chase(now: datetime) -> QuerySet[Ask]:
    """Asks whose time ran out and that nobody was told of yet. For the system's own sweep."""
    late = Ask.objects.filter(due_at__lt=now, overdue_noticed_at__isnull=True)
    return late.exclude(status=AskStatus.ANSWERED).order_by("due_at", "pk")


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


def is_answered(ask_id: UUID) -> bool:
    """For a worker: whether a notice that something waits has been overtaken."""
    return Ask.objects.filter(pk=ask_id, status=AskStatus.ANSWERED).exists()


def reference_of(about: str, target_id: UUID) -> str:
    """The reference that a notice quotes."""
    if about == "answer":
        return Answer.objects.select_related("ask__request", "share").get(pk=target_id).reference
    return Request.objects.values_list("reference", flat=True).get(asks=target_id)
