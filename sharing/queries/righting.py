"""Reading what was put right and what was taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from agencies.models import DeskSeat
from audit.models import AccessEvent
from kernel.actors import Actor
from sharing import policies
from sharing.models import (
    Acknowledgement,
    Answer,
    Ask,
    Attachment,
    Item,
    Recall,
    Receipt,
    Recipient,
)
from sharing.queries.answers import answers, with_contents
from sharing.states import RecipientKind
from vault.models import Grant

_ANSWER = (
    "answer__ask__request__dossier",
    "answer__ask__desk__agency",
    "answer__share__dossier",
    "answer__share__from_agency",
    "answer__share__from_desk__agency",
    "answer__decided_by",
    "answer__safe__dossier",
    "answer__subject__snapshot",
    "membership__user",
    "membership__agency",
    "desk__agency",
)


def acknowledgements(actor: Actor) -> QuerySet[Acknowledgement]:
    """What the actor, or the actor's desk, is asked to acknowledge."""
    found = Acknowledgement.objects.filter(policies.visible_acknowledgements(actor))
    return found.select_related(*(f"recipient__{way}" for way in _ANSWER))


def to_acknowledge(actor: Actor) -> QuerySet[Acknowledgement]:
    """Those that still wait, the oldest first."""
    return acknowledgements(actor).filter(acknowledged_at=None).order_by("asked_at", "pk")


def not_acknowledged(actor: Actor) -> QuerySet[Acknowledgement]:
    """For the sender: who does not know yet what was put right, the oldest first."""
    ours = policies.gave_to(actor, "item__answer")
    found = Acknowledgement.objects.filter(
        ours,
        policies.not_kept_from(actor, "item__answer__safe__dossier"),
        acknowledged_at=None,
        recipient__recall__isnull=True,
    )
    return found.select_related(*(f"recipient__{way}" for way in _ANSWER)).order_by(
        "asked_at", "pk"
    )


def given_recipients(actor: Actor) -> QuerySet[Recipient]:
    """Recipients of what the actor's own side gave."""
    found = Recipient.objects.filter(policies.given_recipients(actor))
    return found.select_related(*_ANSWER, "recall", "grant__safe")


def own_recipients(actor: Actor) -> QuerySet[Recipient]:
    """The rows by which something is addressed to the actor."""
    found = Recipient.objects.filter(policies.own_recipients(actor))
    return found.select_related(*_ANSWER, "grant__safe")


def own_answers(actor: Actor) -> QuerySet[Answer]:
    """Answers that the actor's own side gave, with everything that stands on a page about one."""
    found = answers(actor).filter(policies.own_answers(actor))
    return with_contents(found, actor)


def gave(actor: Actor, answer: Answer) -> bool:
    """Whether the actor's own side gave an answer that the actor sees."""
    return Answer.objects.filter(policies.own_answers(actor), pk=answer.pk).exists()


def acknowledgements_of(actor: Actor, answer: Answer) -> QuerySet[Acknowledgement]:
    """For the sender: who was asked to acknowledge what was put right in an answer."""
    found = Acknowledgement.objects.filter(
        policies.gave_to(actor, "item__answer"), item__answer=answer
    )
    ways = (f"recipient__{way}" for way in _ANSWER)
    return found.select_related(*ways, "acknowledged_by__user").order_by("asked_at", "pk")


def recalls(actor: Actor) -> QuerySet[Recall]:
    """Recalls that the actor's side made, received or answers for."""
    found = Recall.objects.filter(policies.visible_recalls(actor))
    ways = (f"recipient__{way}" for way in _ANSWER)
    return found.select_related(*ways, "recalled_by__user", "confirmed_by__user", "incident")


def copies_to_confirm(actor: Actor) -> QuerySet[Recall]:
    """Recalls of which the actor, or the actor's desk, has yet to say what became of copies."""
    mine = Q(recipient__membership=actor.holder_id) | Q(recipient__desk__in=actor.desk_ids)
    return recalls(actor).filter(mine, was_opened=True, copies="").order_by("recalled_at", "pk")


def copies_not_confirmed(actor: Actor) -> QuerySet[Recall]:
    """For the sender: who has not yet said what became of copies."""
    ours = policies.gave_to(actor, "recipient__answer")
    return recalls(actor).filter(ours, was_opened=True, copies="").order_by("recalled_at", "pk")


def current_recipients(answer: Answer) -> list[Recipient]:
    """Those who may still open an answer. For the service that holds its gates."""
    rows = answer.recipients.filter(recall__isnull=True)
    return list(rows.select_related("desk", "membership").order_by("pk"))


def has_relied_on(recipient: Recipient) -> bool:
    """Whether whoever a row addresses has opened the answer."""
    found = Receipt.objects.filter(answer=recipient.answer_id)
    return found.filter(membership__in=readers_of(recipient)).exists()


def was_looked_at(recipient: Recipient, safes: Collection[UUID]) -> bool:
    """Whether a recipient's people ever opened something in these safes, a name in a list too."""
    looks = AccessEvent.objects.filter(
        safes__overlap=list(safes),
        membership_id__in=readers_of(recipient),
        at__gte=recipient.answer.decided_at,
    )
    return has_relied_on(recipient) or looks.exists()


def readers_of(recipient: Recipient) -> list[UUID]:
    """The memberships that a row lets read: a person's, or everybody's who ever sat at the desk."""
    if recipient.kind == RecipientKind.PERSON:
        return [recipient.membership_id] if recipient.membership_id else []
    seats = DeskSeat.objects.filter(desk=recipient.desk_id)
    return list(seats.values_list("membership_id", flat=True))


def grants_given_with(recipient: Recipient, beside: Collection[UUID]) -> list[Grant]:
    """What a recipient holds in a case because of this answer, its own grant among it.

    Whoever is in the case by another way (asked, asking, giving, another answer) keeps what that
    gave: of them only the answer's own safes are taken back, which `beside` names.
    """
    held = Grant.objects.filter(
        holder_id=recipient.grant.holder_id, revocation=None
    ).select_related("safe")
    if _is_in_the_case_otherwise(recipient):
        return list(held.filter(safe__in=[recipient.answer.safe_id, *beside]))
    # What somebody else gave them in the same case is not this answer's to take
    given = Q(granted_by=recipient.answer.decided_by_id) | Q(safe__in=list(beside))
    return list(held.filter(given, safe__dossier=recipient.answer.safe.dossier_id))


def safes_of_files(answer: Answer) -> list[UUID]:
    """Where the files lie that were put to an answer."""
    if answer.ask_id is None:
        return []
    files = Attachment.objects.filter(ask=answer.ask_id, subject=answer.subject_id)
    return list(files.values_list("safe_id", flat=True))


def _is_in_the_case_otherwise(recipient: Recipient) -> bool:
    answer = recipient.answer
    holder = recipient.membership_id or recipient.desk_id
    dossier = answer.safe.dossier_id
    others = Recipient.objects.filter(answer__safe__dossier=dossier, recall__isnull=True)
    others = others.filter(Q(membership=holder) | Q(desk=holder)).exclude(pk=recipient.pk)
    sides = Q(desk=holder) | Q(request__asked_by=holder) | Q(request__asking_desk=holder)
    return others.exists() or Ask.objects.filter(sides, request__dossier=dossier).exists()


def acknowledgements_to_chase(now: datetime) -> QuerySet[Acknowledgement]:
    """Those that nobody answered for a while. For the system's own sweep."""
    waiting = Acknowledgement.objects.filter(
        _unanswered(now, "asked_at"), acknowledged_at=None, recipient__recall__isnull=True
    )
    return waiting.filter(recipient__answer__safe__dossier__destroyed_at=None).order_by(
        "asked_at", "pk"
    )


def recalls_to_chase(now: datetime) -> QuerySet[Recall]:
    """Those whose wrong recipient has not said what became of copies. For the system's own sweep."""
    waiting = Recall.objects.filter(_unanswered(now, "recalled_at"), was_opened=True, copies="")
    return waiting.order_by("recalled_at", "pk")


def _unanswered(now: datetime, since: str) -> Q:
    long_ago = now - timedelta(hours=settings.PUT_RIGHT_REMIND_HOURS)
    never = Q(reminded_at__isnull=True, **{f"{since}__lt": long_ago})
    return never | Q(reminded_at__lt=long_ago)


def acknowledgement_by_id(row_id: UUID) -> Acknowledgement:
    """For a worker: each reader's own right is checked before anything is sent to them."""
    return Acknowledgement.objects.select_related("recipient__answer__safe").get(pk=row_id)


def recall_by_id(recall_id: UUID) -> Recall:
    """For a worker: each reader's own right is checked before anything is sent to them."""
    ways = (f"recipient__{way}" for way in _ANSWER)
    return Recall.objects.select_related(*ways).get(pk=recall_id)


def righted_in(dossiers: Collection[UUID]) -> dict[UUID, UUID]:
    """The keys by which the log names what was put right in some cases, each with its dossier."""
    safe = "answer__safe__dossier"
    inside = list(dossiers)
    pairs = (
        Item.objects.filter(answer__safe__dossier__in=inside).values_list("pk", safe),
        Recipient.objects.filter(answer__safe__dossier__in=inside).values_list("pk", safe),
        Acknowledgement.objects.filter(item__answer__safe__dossier__in=inside).values_list(
            "pk", f"item__{safe}"
        ),
        Recall.objects.filter(recipient__answer__safe__dossier__in=inside).values_list(
            "pk", f"recipient__{safe}"
        ),
    )
    return dict(chain.from_iterable(pairs))
