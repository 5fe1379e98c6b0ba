"""The records in which an actor's agency knows somebody, and the ways in that the actor has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from kernel.actors import Actor
from sharing.models import Answer, Ask, AskSubject, Recipient, Share, Subject
from sharing.policies import visible_answers, visible_shares
from sharing.queries.asks import asks
from sharing.queries.requests import requests


@dataclass(slots=True, repr=False)
class Record:
    """Somebody in one request or share, with what of it the actor may open."""

    subject: Subject
    is_own: bool = False
    asks: list[Ask] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    @property
    def is_reachable(self) -> bool:
        return self.is_own or bool(self.asks or self.answers)


def records_about(actor: Actor, snapshots: Collection[UUID]) -> dict[UUID, Record]:
    """By snapshot: five queries, however many."""
    about = Subject.objects.filter(snapshot__in=snapshots).select_related(
        "snapshot", "request__asking_agency", "share__from_agency"
    )
    found = {one.snapshot_id: Record(one) for one in about}
    own = _own_cases(actor, snapshots)
    for record in found.values():
        record.is_own = bool({record.subject.request_id, record.subject.share_id} & own)
    asked = AskSubject.objects.filter(
        subject__snapshot__in=snapshots, ask__in=asks(actor).order_by().values("pk")
    )
    for row in asked.select_related("subject", "ask__desk__agency").order_by("pk"):
        found[row.subject.snapshot_id].asks.append(row.ask)
    for answer in _answers(actor, snapshots):
        found[answer.subject.snapshot_id].answers.append(answer)
    return found


def _own_cases(actor: Actor, snapshots: Collection[UUID]) -> set[UUID | None]:
    """The requests and shares of the actor's own side that they are named in."""
    own = requests(actor).filter(subjects__snapshot__in=snapshots).order_by()
    given = Share.objects.filter(visible_shares(actor), subjects__snapshot__in=snapshots)
    return {*own.values_list("pk", flat=True), *given.values_list("pk", flat=True)}


def _answers(actor: Actor, snapshots: Collection[UUID]) -> list[Answer]:
    """What was addressed to the actor about them."""
    visible = Answer.objects.filter(visible_answers(actor)).values("pk")
    me = Q(membership=actor.holder_id) | Q(desk__in=actor.desk_ids)
    mine = Recipient.objects.filter(me, recall__isnull=True)
    answers = Answer.objects.filter(
        pk__in=visible, subject__snapshot__in=snapshots, recipients__in=mine.values("pk")
    )
    return list(
        answers.select_related("subject", "ask__desk__agency", "share__from_agency")
        .distinct()
        .order_by("pk")
    )
