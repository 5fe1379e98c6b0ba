"""Sharing unasked: what somebody knows, given to those who should know it before they ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agencies import queries as agencies
from audit import services as audit
from consent.services import FamilyAccount, record_position
from kernel import outbox
from kernel.actors import Actor
from kernel.ids import new_reference
from kernel.tiers import Tier
from people.identity import Identity
from people.services import introduce, make_findable, take_snapshot
from sharing import policies, queries
from sharing.models import Draft, Share, Subject
from sharing.services.disclosing import (
    ItemInput,
    PersonAnswer,
    RecipientInput,
    address,
    record_disclosure,
)
from sharing.services.drafting import own_readers
from sharing.states import DRAFT_WORKFLOW, DraftStatus, Outcome, RecipientKind
from sharing.states.contact import ShareKind
from vault import services as vault
from vault.models import Dossier, Safe


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """Somebody, and what is shared about them. Holds plain text: never log or store it."""

    identity: Identity
    items: Sequence[ItemInput]


@dataclass(frozen=True, slots=True, repr=False)
class ShareInput:
    """Everything that a share says. Holds plain text: never log or store it."""

    people: Sequence[Given]
    recipients: Sequence[RecipientInput]
    purpose_id: UUID
    why: str
    family: FamilyAccount


@transaction.atomic
def send_share(*, actor: Actor, draft_id: UUID, wanted: ShareInput) -> Share:
    """Share what was written. A second press returns the share that the first one sent."""
    drafts = queries.share_drafts(actor).select_for_update(of=("self",))
    draft = drafts.get(pk=draft_id)
    if draft.status == DraftStatus.USED:
        return queries.given_from(actor, draft)
    policies.can_edit_draft(actor, draft).require()
    _require_whole(actor, wanted)

    share = _create_share(actor, draft, wanted)
    for place, given in enumerate(wanted.people):
        _give(actor, share, place, given, wanted.recipients)
    _make_findable(actor, share, wanted)
    DRAFT_WORKFLOW.apply("use", draft, ended_at=timezone.now())
    audit.record(
        "sharing.share.sent",
        actor=actor,
        target=share,
        recipients=[one.holder_id for one in wanted.recipients],
    )
    outbox.enqueue("sharing.shared", actor=actor, key=str(share.pk), share_id=share.pk)
    return share


def _require_whole(actor: Actor, wanted: ShareInput) -> None:
    """Somebody, something, and readers who still take what is sent."""
    has_items = all(one.items for one in wanted.people)
    policies.something_is_given(bool(wanted.people), has_items, bool(wanted.recipients)).require()
    desk_ids = {one.holder_id for one in wanted.recipients if one.kind is RecipientKind.DESK}
    desks = list(agencies.open_desks(actor).filter(pk__in=desk_ids))
    policies.desks_are_open(len(desks) == len(desk_ids)).require()
    policies.desks_are_genuine(desks).require()


def _create_share(actor: Actor, draft: Draft, wanted: ShareInput) -> Share:
    dossier = vault.create_dossier(actor=actor, kind="sharing.share")
    safe = _narrative_safe(actor, dossier, draft, wanted.recipients)
    now = timezone.now()
    share = Share(
        reference=new_reference(),
        kind=ShareKind.UNASKED,
        draft=draft,
        dossier=dossier,
        safe=safe,
        from_agency_id=actor.member.agency_id,
        from_desk=draft.desk,
        shared_by_id=actor.member.membership_id,
        purpose_id=wanted.purpose_id,
        family=record_position(actor=actor, safe=safe, account=wanted.family),
        happened_at=now,
        written_at=now,
    )
    vault.Sealer(safe, actor=actor).seal(safe, share, Tier.SENSITIVE, why=wanted.why)
    share.save(force_insert=True)
    return share


def _narrative_safe(
    actor: Actor, dossier: Dossier, draft: Draft, recipients: Sequence[RecipientInput]
) -> Safe:
    """Every recipient reads why, and how the family stands, as far as their tier goes."""
    named = {one.holder_id for one in recipients}
    readers = [one.reader() for one in recipients]
    readers += [one for one in own_readers(draft.desk) if one.holder_id not in named]
    return vault.create_safe(actor=actor, dossier=dossier, kind="NARRATIVE", readers=readers)


def _give(
    actor: Actor, share: Share, place: int, given: Given, recipients: Sequence[RecipientInput]
) -> None:
    """One person: their identity, what is given about them, and to whom."""
    subject = name_person(actor=actor, share=share, place=place, identity=given.identity)
    answer = record_disclosure(
        actor=actor,
        dossier=share.dossier,
        desk=share.from_desk,
        decision=PersonAnswer(subject.pk, Outcome.SHARED, items=given.items),
        share=share,
    )
    own = share.from_desk_id
    readers = [one.reader() for one in recipients if one.holder_id != own]
    introduce(actor=actor, snapshot=subject.snapshot, readers=readers)
    address(actor=actor, answer=answer, recipients=recipients)


def _make_findable(actor: Actor, share: Share, wanted: ShareInput) -> None:
    """The agency that gives and those that are given find each of them again."""
    holders = [one.holder_id for one in wanted.recipients]
    desks = agencies.desks(actor).filter(pk__in=holders)
    people = agencies.addressees(actor).filter(pk__in=holders)
    found_by = {share.from_agency_id}
    found_by |= {one.agency_id for one in desks} | {one.agency_id for one in people}
    subjects = share.subjects.select_related("snapshot").order_by("position")
    make_findable(
        actor=actor,
        found_by=[
            (subject.snapshot, given.identity, found_by)
            for subject, given in zip(subjects, wanted.people, strict=True)
        ],
    )


def name_person(*, actor: Actor, share: Share, place: int, identity: Identity) -> Subject:
    """Somebody that a share is about, readable by the author's own side."""
    own = own_readers(share.from_desk)
    snapshot = take_snapshot(
        actor=actor, dossier=share.dossier, identity=identity, readers=own, own_readers=own
    )
    return Subject.objects.create(share=share, snapshot=snapshot, position=place)
