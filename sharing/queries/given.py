"""Reading what somebody gave unasked, or logged."""

from __future__ import annotations

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet

from incidents.queries import incidents
from kernel.actors import Actor
from sharing import policies
from sharing.models import Answer, Contact, Draft, Share, Subject
from sharing.queries.answers import with_contents
from sharing.queries.drafts import drafts
from sharing.states import DraftKind, DraftStatus
from sharing.states.contact import Channel, ShareKind


def given(actor: Actor) -> QuerySet[Share]:
    """What the actor, or the actor's desk, gave unasked or logged."""
    found = Share.objects.filter(policies.visible_shares(actor))
    return found.select_related(
        "from_agency",
        "from_desk__agency",
        "shared_by__user",
        "purpose",
        "family",
        "contact__agency",
        "answered_ask__request",
        "answered_ask__desk__agency",
    )


def given_with_subjects(actor: Actor) -> QuerySet[Share]:
    """Shares for a list: whom they are about, and how it stands with each."""
    about = Subject.objects.select_related("snapshot").order_by("position")
    answers = Answer.objects.order_by("subject__position", "pk")
    return given(actor).prefetch_related(Prefetch("subjects", about), Prefetch("answers", answers))


def narrow_given(actor: Actor, *, how: str = "", whose: str = "") -> QuerySet[Share]:
    """The part of the list that somebody wants to see; codes as GivenFilter offers them."""
    found = given_with_subjects(actor)
    if how == ShareKind.UNASKED:
        found = found.filter(kind=ShareKind.UNASKED)
    elif how in Channel.values:
        found = found.filter(Exists(Contact.objects.filter(share=OuterRef("pk"), channel=how)))
    mine = Q(shared_by=actor.holder_id)
    return found.filter({"MINE": mine, "DESK": ~mine}.get(whose, Q()))


def answers_given(actor: Actor, share: Share) -> QuerySet[Answer]:
    """What was decided in a share, or in the request that a log answered. For whoever sees the share."""
    own = Q(share=share)
    if share.answered_ask_id:
        own |= Q(ask=share.answered_ask_id)
    found = Answer.objects.filter(own).select_related(
        "ask__desk__agency",
        "ask__request",
        "share__from_agency",
        "share__from_desk__agency",
        "subject__snapshot__protected_address",
        "decided_by__user",
        "try_desk__agency",
    )
    return with_contents(found, actor).order_by("subject__position", "pk")


def share_drafts(actor: Actor) -> QuerySet[Draft]:
    """Shares in the making, and those that were sent or given up."""
    return drafts(actor).filter(kind=DraftKind.SHARE).select_related("safe", "desk__agency")


def given_from(actor: Actor, draft: Draft) -> Share:
    """The share that a draft became."""
    return given(actor).get(draft=draft)


def open_share_drafts(actor: Actor) -> QuerySet[Draft]:
    """The actor's own shares in which something was written, the last saved first."""
    mine = share_drafts(actor).filter(status=DraftStatus.OPEN, versions__isnull=False)
    return mine.annotate(saved_at=Max("versions__saved_at")).order_by("-saved_at", "pk")


def incident_of(actor: Actor, share: Share) -> str:
    """The reference of the incident that a log opened, if the actor may see it."""
    found = incidents(actor).filter(records__contains=[share.pk]).order_by("pk")
    return found.values_list("reference", flat=True).first() or ""
