"""The only way in: every read and every write of sharing starts from the actor's scope."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.expressions import NegatedExpression
from django.utils import timezone

from kernel.actors import Actor
from sharing import policies
from sharing.models import (
    Answer,
    Ask,
    AskSubject,
    Draft,
    DraftVersion,
    Footing,
    Item,
    Purpose,
    Receipt,
    Recipient,
    Request,
    Subject,
    TimeLimit,
)
from sharing.states import AskStatus, DraftKind, DraftStatus, Outcome, Urgency


def drafts(actor: Actor) -> QuerySet[Draft]:
    """Drafts that the actor may go on with, and those that became something."""
    return Draft.objects.filter(policies.visible_drafts(actor))


def request_drafts(actor: Actor) -> QuerySet[Draft]:
    """Requests in the making, and those that were sent or given up."""
    return drafts(actor).filter(kind=DraftKind.REQUEST).select_related("safe", "desk__agency")


def open_request_drafts(actor: Actor) -> QuerySet[Draft]:
    """The actor's own requests in which something was written, the last saved first."""
    mine = request_drafts(actor).filter(status=DraftStatus.OPEN, versions__isnull=False)
    return mine.annotate(saved_at=Max("versions__saved_at")).order_by("-saved_at", "pk")


def latest_version(draft: Draft) -> DraftVersion | None:
    """The draft as last saved."""
    return draft.versions.order_by("-number").first()


def requests(actor: Actor) -> QuerySet[Request]:
    """Requests that the actor or the actor's desk sent."""
    found = Request.objects.filter(policies.visible_requests(actor))
    return found.select_related("purpose", "asked_by__user", "asking_agency", "family")


def requests_with_progress(actor: Actor) -> QuerySet[Request]:
    """Requests for a list: whom they are about and how far each desk is."""
    about = Subject.objects.select_related("snapshot").order_by("position")
    return requests(actor).prefetch_related(Prefetch("subjects", about), Prefetch("asks", _asked()))


def requests_in_full(actor: Actor) -> QuerySet[Request]:
    """Requests with protected addresses, and with whom each desk is asked about."""
    subjects = Subject.objects.select_related("snapshot__protected_address").order_by("position")
    about = AskSubject.objects.select_related("subject__snapshot").order_by("subject__position")
    asked = _asked().prefetch_related(Prefetch("about", about))
    return requests(actor).prefetch_related(Prefetch("subjects", subjects), Prefetch("asks", asked))


def _asked() -> QuerySet[Ask]:
    return Ask.objects.select_related("desk__agency").order_by("desk__agency__name", "pk")


def find_requests(
    found: QuerySet[Request], actor: Actor, *, status: str, whose: str, reference: str
) -> QuerySet[Request]:
    """Those that a filter leaves, each with its nearest limit; codes as RequestsFilter offers them."""
    open_asks = Ask.objects.filter(request=OuterRef("pk")).exclude(status=AskStatus.ANSWERED)
    statuses = {
        "WAITING": Q(Exists(open_asks)),
        "OVERDUE": Q(Exists(open_asks.filter(due_at__lt=timezone.now()))),
        "ANSWERED": ~Q(Exists(open_asks)),
    }
    mine = Q(asked_by=actor.membership_id)
    found = found.filter(
        statuses.get(status, Q()),
        {"MINE": mine, "DESK": ~mine}.get(whose, Q()),
        Q(reference=reference) if reference else Q(),
    )
    # Nothing where every desk has answered: PostgreSQL puts that behind every date
    nearest = open_asks.order_by("due_at").values("due_at")[:1]
    return found.annotate(next_due=Subquery(nearest))


def own_asks(actor: Actor) -> QuerySet[Ask]:
    """What the actor, or the actor's desk, asked of each desk."""
    found = Ask.objects.filter(request__in=requests(actor).order_by().values("pk"))
    return found.select_related("request__purpose", "desk__agency", "answered_by__user")


def sent_from(actor: Actor, draft: Draft) -> Request:
    """The request that a draft became."""
    return requests(actor).get(draft=draft)


def answers_to(actor: Actor, ask: Ask) -> QuerySet[Answer]:
    """What one desk answered, in the order in which it was asked."""
    return with_contents(answers(actor).filter(ask=ask)).order_by("subject__position", "pk")


def answers_about(actor: Actor, info_request: Request) -> QuerySet[Answer]:
    """Every answer to a request so far, by desk and then by person."""
    found = with_contents(answers(actor).filter(ask__request=info_request))
    return found.order_by("ask__desk__agency__name", "ask_id", "subject__position")


def asks(actor: Actor) -> QuerySet[Ask]:
    """What was asked of the actor's desks."""
    found = Ask.objects.filter(policies.visible_asks(actor))
    return found.select_related(
        "request__purpose",
        "request__asked_by__user",
        "request__asking_agency",
        "request__family",
        "desk__agency",
        "claimed_by__user",
        "answered_by__user",
    )


def queue(actor: Actor) -> QuerySet[Ask]:
    """What waits at the actor's desks, the nearest limit first, with whom it is about."""
    waiting = asks(actor).exclude(status=AskStatus.ANSWERED)
    return with_subjects(waiting).order_by("due_at", "pk")


def narrow_queue(
    actor: Actor, *, who: str = "", urgency: str = "", desk: str = ""
) -> QuerySet[Ask]:
    """The part of the queue that somebody wants to see."""
    found = queue(actor)
    if who == "mine":
        found = found.filter(claimed_by=actor.membership_id)
    if who == "unclaimed":
        found = found.filter(status=AskStatus.WAITING)
    if urgency:
        found = found.filter(request__urgency=urgency)
    return found.filter(desk=UUID(desk)) if desk else found


def asks_in_full(actor: Actor) -> QuerySet[Ask]:
    """Asks as a page about one of them needs them."""
    return with_subjects(asks(actor)).select_related("request__asking_desk__agency")


def answered(actor: Actor) -> QuerySet[Ask]:
    """What the actor's desks have answered, with whom it was about."""
    return with_subjects(asks(actor).filter(status=AskStatus.ANSWERED))


def own_waiting_asks(actor: Actor) -> QuerySet[Ask]:
    """Desks that still owe the actor an answer, the nearest limit first."""
    owed = Ask.objects.filter(request__asked_by=actor.membership_id)
    waiting = owed.exclude(status=AskStatus.ANSWERED).select_related("request", "desk__agency")
    return with_subjects(waiting).order_by("due_at", "pk")


def own_open_drafts(actor: Actor) -> QuerySet[Draft]:
    """What the actor began to write and has not sent, the latest first."""
    mine = drafts(actor).filter(author=actor.membership_id, status=DraftStatus.OPEN)
    return mine.select_related("ask__request").order_by("-begun_at", "pk")


def counts(actor: Actor) -> dict[str, int]:
    """How much waits, in numbers; of shares not opened no more than a hundred are counted."""
    waiting = Ask.objects.filter(policies.visible_asks(actor)).exclude(status=AskStatus.ANSWERED)
    return waiting.aggregate(
        overdue=Count("pk", filter=Q(due_at__lt=timezone.now())),
        unclaimed=Count("pk", filter=Q(status=AskStatus.WAITING)),
        mine=Count("pk", filter=Q(claimed_by=actor.membership_id)),
    ) | {"unread": unread_shares(actor)[:100].count()}


def answer_draft(actor: Actor, ask: Ask) -> Draft | None:
    """The answer that somebody at the desk is writing."""
    open_drafts = drafts(actor).filter(ask=ask, status=DraftStatus.OPEN)
    return open_drafts.select_related("author__user").first()


def with_subjects(found: QuerySet[Ask]) -> QuerySet[Ask]:
    """Each ask with the people it is about, in the request's order."""
    about = AskSubject.objects.select_related("subject__snapshot").order_by("subject__position")
    return found.prefetch_related(Prefetch("about", about))


def answers(actor: Actor) -> QuerySet[Answer]:
    """Answers at either end of which the actor stands, or that are addressed to the actor."""
    mine = Answer.objects.filter(policies.visible_answers(actor), pk=OuterRef("pk"))
    return Answer.objects.filter(Exists(mine)).select_related(
        "ask__desk__agency",
        "ask__request__purpose",
        "subject__snapshot",
        "decided_by__user",
        "try_desk__agency",
    )


def answers_in_full(actor: Actor) -> QuerySet[Answer]:
    """Answers as a page about one of them needs them."""
    return with_contents(answers(actor))


def with_contents(found: QuerySet[Answer]) -> QuerySet[Answer]:
    """Answers with their items, recipients and receipts."""
    addressed = Recipient.objects.select_related("membership__user", "desk__agency").order_by("pk")
    opened = Receipt.objects.select_related("membership__user", "membership__agency")
    return found.prefetch_related(
        Prefetch("items", Item.objects.order_by("position")),
        Prefetch("recipients", addressed),
        Prefetch("receipts", opened.order_by("first_opened_at", "pk")),
    )


def shares_to(actor: Actor) -> QuerySet[Recipient]:
    """What was addressed to the actor in person or at a desk; each answer once, whatever the ways.

    Their keys are in order of time: the newest page is read off the key's index, however long the
    inbox has grown.
    """
    me = Q(membership=actor.membership_id)
    at_desk = Q(desk__in=actor.desk_ids)
    before = Recipient.objects.filter(me | at_desk & Q(pk__lt=OuterRef("pk")))
    found = Recipient.objects.filter(
        me | at_desk & ~Exists(before.filter(answer=OuterRef("answer")))
    )
    return found.annotate(is_unread=_unopened(actor)).select_related(  # type: ignore[no-redef]  # the model declares it
        "answer__ask__desk__agency", "answer__ask__request", "answer__subject__snapshot"
    )


def unread_shares(actor: Actor) -> QuerySet[Recipient]:
    """What the actor has not opened yet."""
    return shares_to(actor).filter(_unopened(actor))


def narrow_shares(actor: Actor, *, show: str = "", sender: str = "") -> QuerySet[Recipient]:
    """The part of the inbox that somebody wants to see."""
    found = unread_shares(actor) if show == "unread" else shares_to(actor)
    return found.filter(answer__ask__desk__agency=UUID(sender)) if sender else found


def _unopened(actor: Actor) -> NegatedExpression[Any]:
    return ~Exists(
        Receipt.objects.filter(answer=OuterRef("answer"), membership=actor.membership_id)
    )


def purposes(on: date) -> QuerySet[Purpose]:
    """The purposes in force on a day, in the order in which people choose."""
    current = Purpose.objects.filter(valid_from__lte=on).order_by("code", "-valid_from")
    return Purpose.objects.filter(pk__in=current.distinct("code").values("pk")).order_by("position")


def footings(on: date) -> dict[str, Footing]:
    """The lawful footing of each kind of agency on a day."""
    current = Footing.objects.filter(valid_from__lte=on).order_by("code", "-valid_from")
    return {footing.code: footing for footing in current.distinct("code")}


def time_limit(urgency: str, on: date) -> TimeLimit:
    """The limit of an urgency on a day."""
    found = TimeLimit.objects.filter(urgency=urgency, valid_from__lte=on)
    return found.latest("valid_from")


def time_limits(on: date) -> dict[Urgency, TimeLimit]:
    """The limit of each urgency on a day."""
    current = TimeLimit.objects.filter(valid_from__lte=on).order_by("urgency", "-valid_from")
    return {Urgency(limit.urgency): limit for limit in current.distinct("urgency")}


def asks_to_chase(now: datetime) -> QuerySet[Ask]:
    """Asks whose time ran out and that nobody was told of yet. For the system's own sweep."""
    late = Ask.objects.filter(due_at__lt=now, overdue_noticed_at__isnull=True)
    return late.exclude(status=AskStatus.ANSWERED).order_by("due_at", "pk")


def ask_by_id(ask_id: UUID) -> Ask:
    """For a worker: each reader's own right is checked before anything is sent to them."""
    return Ask.objects.select_related("request__asked_by", "desk").get(pk=ask_id)


def answers_to_ask(ask: Ask) -> QuerySet[Answer]:
    """For a worker: the answers that somebody gave, with whom they were addressed to."""
    found = Answer.objects.filter(ask=ask, outcome__in=[o for o in Outcome if o.shares])
    return found.prefetch_related("recipients").order_by("pk")


def is_answered(ask_id: UUID) -> bool:
    """For a worker: whether a notice that something waits has been overtaken."""
    return Ask.objects.filter(pk=ask_id, status=AskStatus.ANSWERED).exists()


def reference_of(about: str, target_id: UUID) -> str:
    """The reference that a notice quotes."""
    path = {"ask": "asks", "own_ask": "asks", "answer": "asks__answers"}[about]
    found = Request.objects.filter(**{path: target_id})
    return found.values_list("reference", flat=True).get()
