"""Opening a case in an emergency, ending that early, and reviewing it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from audit import services as audit
from incidents.models import Incident
from incidents.services import open_incident
from incidents.states import Kind
from kernel import outbox
from kernel.actors import Actor
from kernel.decisions import Denied
from kernel.tiers import Tier
from sharing.models import EmergencyOpening, EmergencyReview, Request, Share
from sharing.policies import emergency as policies
from sharing.queries import emergency as queries
from sharing.states.emergency import (
    EMERGENCY_WORKFLOW,
    EmergencyOutcome,
    EmergencyWhy,
)
from vault import services as vault
from vault.models import Dossier, HolderKind, Safe

BATCH = 100


@dataclass(frozen=True, slots=True, repr=False)
class EmergencyInput:
    """What somebody must read and why. Holds plain text: never log or store it."""

    submission: UUID
    reference: str
    why: EmergencyWhy
    words: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: opened; nothing that they could not read; too many tries; else not found."""

    opening: EmergencyOpening | None = None
    reads_already: bool = False
    wait_until: datetime | None = None


@transaction.atomic
def open_in_emergency(*, actor: Actor, wanted: EmergencyInput) -> Tried:
    """Open what one's agency holds of a case, tell those who answer for it, and ask for a review.

    A reference that nobody has, one of another agency's and one that they are kept from all look
    the same: not found, and on record. A second press gives what the first one opened.
    """
    policies.can_open_in_emergency(actor).require()
    # Two presses at once: the second waits here, and finds what the first one opened
    Membership.objects.select_for_update().get(pk=actor.member.membership_id)
    opened = queries.openings(actor).filter(
        submission=wanted.submission, opened_by=actor.membership_id
    )
    if known := opened.first():
        return Tried(known)
    if wait_until := queries.may_try_again_at(actor, settings.EMERGENCY_TRIES_PER_HOUR):
        return Tried(wait_until=wait_until)
    case = queries.case_named(wanted.reference)
    rights = _let_read(actor, case.dossier) if case else None
    if case is None or rights is None:
        audit.record("sharing.emergency.missed", actor=actor)
        return Tried()
    if not rights.grants:
        return Tried(reads_already=True)
    return Tried(_record(actor, case, rights.until, wanted))


def _let_read(actor: Actor, dossier: Dossier) -> vault.Emergency | None:
    """None where the actor's agency holds nothing of the case, or they must not learn of it."""
    try:
        return vault.open_in_emergency(actor=actor, dossier=dossier, kinds=policies.KINDS)
    except Denied:
        return None


def _record(
    actor: Actor, case: Request | Share, until: datetime, wanted: EmergencyInput
) -> EmergencyOpening:
    now = timezone.now()
    people = queries.answerable_for(actor.member.agency_id, case.dossier_id)
    told = [one.pk for one in people if one.pk != actor.membership_id]
    safe = _safe(actor, case.dossier, actor.member.agency_id, told)
    opening = EmergencyOpening(
        submission=wanted.submission,
        reference=case.reference,
        dossier=case.dossier,
        safe=safe,
        agency_id=actor.member.agency_id,
        opened_by_id=actor.member.membership_id,
        told=told,
        desks=queries.desks_holding(actor.member.agency_id, case.dossier),
        why=wanted.why,
        opened_at=now,
        until=until,
        review_due_at=now + timedelta(hours=settings.EMERGENCY_REVIEW_HOURS),
        by_partnership=not queries.has_other_lead(actor, people),
    )
    vault.Sealer(safe, actor=actor).seal(safe, opening, Tier.PERSONAL, words=wanted.words)
    opening.save(force_insert=True)
    audit.record("sharing.emergency.opened", actor=actor, target=opening, why=wanted.why)
    _tell(actor, opening, "OPENED")
    return opening


def _safe(actor: Actor, dossier: Dossier, agency_id: UUID, told: list[UUID]) -> Safe:
    """For those who answer for it, by name; their agency beside them, so that a leaver strands nothing."""
    agency = vault.Reader(HolderKind.AGENCY, agency_id, Tier.PERSONAL, vault.GrantReason.NAMED)
    readers = [agency, *(vault.Reader.person(one, Tier.PERSONAL) for one in told)]
    return vault.create_safe(actor=actor, dossier=dossier, kind="EMERGENCY", readers=readers)


@transaction.atomic
def end_emergency(*, actor: Actor, opening_id: UUID) -> EmergencyOpening:
    """Stop reading before the time is over. What was read stays on record, and is reviewed."""
    opening = _locked(actor, opening_id)
    policies.can_end(actor, opening).require()
    _close(actor, opening)
    EMERGENCY_WORKFLOW.apply(
        "end", opening, ended_at=timezone.now(), ended_by_id=actor.member.membership_id
    )
    audit.record("sharing.emergency.ended", actor=actor, target=opening)
    return opening


@transaction.atomic
def review_emergency(
    *, actor: Actor, opening_id: UUID, outcome: EmergencyOutcome, words: str
) -> EmergencyOpening:
    """Say what is found of it. Not justified: it ends at once and an incident is opened."""
    opening = _locked(actor, opening_id)
    policies.can_finish_review(actor, opening).require()
    if hasattr(opening, "review"):
        return opening
    incident = None
    if outcome is EmergencyOutcome.NOT_JUSTIFIED:
        _close(actor, opening)
        incident = _incident(actor, opening, words)
    told = _told_of_review(actor, opening)
    safe = _safe(actor, opening.dossier, opening.agency_id, told)
    review = EmergencyReview(
        opening=opening,
        safe=safe,
        told=told,
        outcome=outcome,
        reviewed_by_id=actor.member.membership_id,
        incident=incident,
    )
    vault.Sealer(safe, actor=actor).seal(safe, review, Tier.PERSONAL, words=words)
    review.save(force_insert=True)
    EMERGENCY_WORKFLOW.apply("review", opening)
    audit.record("sharing.emergency.reviewed", actor=actor, target=opening, outcome=outcome)
    _tell(actor, opening, "REVIEWED")
    return opening


def _told_of_review(actor: Actor, opening: EmergencyOpening) -> list[UUID]:
    """Those who answer for it now, and whoever opened it."""
    people = queries.answerable_for(opening.agency_id, opening.dossier_id)
    return sorted({one.pk for one in (*people, opening.opened_by)} - {actor.membership_id})


def _incident(actor: Actor, opening: EmergencyOpening, words: str) -> Incident:
    return open_incident(
        actor=actor,
        kind=Kind.OPENED_BY_WRONG_PERSON,
        agency_ids=[opening.agency_id],
        dossier=opening.dossier,
        happened_at=opening.opened_at,
        account=words,
        records=[opening.pk],
        people=[opening.opened_by.user_id],
    )


@transaction.atomic
def chase_reviews(*, actor: Actor) -> int:
    """Tell those who answer for it, daily, of reviews that are late; from then on the coordinator may."""
    now = timezone.now()
    found = list(queries.to_chase(now).select_for_update(skip_locked=True)[:BATCH])
    for opening in found:
        opening.chased_at, opening.by_partnership = now, True
        opening.save(update_fields=["chased_at", "by_partnership"])
        audit.record("sharing.emergency.chased", actor=actor, target=opening)
        _tell(actor, opening, "CHASED", int(now.timestamp()))
    return len(found)


def open_words(*, actor: Actor, opening: EmergencyOpening) -> vault.Opened:
    """Why it was opened, and what the review says. Opens the vault, so outside any transaction."""
    return vault.open(actor, vault.Why.REVIEWING, *words_of(opening))


def words_of(opening: EmergencyOpening) -> list[vault.Sealed | None]:
    """What is sealed of an opening and its review."""
    review: EmergencyReview | None = getattr(opening, "review", None)
    return [opening.words, review.words if review else None]


def _close(actor: Actor, opening: EmergencyOpening) -> None:
    vault.end_emergency(
        actor=actor, dossier_id=opening.dossier_id, membership_id=opening.opened_by_id
    )


def _locked(actor: Actor, opening_id: UUID) -> EmergencyOpening:
    # Locked before the policy is asked: two leads may press at once.
    return queries.openings(actor).select_for_update(of=("self",)).get(pk=opening_id)


def _tell(actor: Actor, opening: EmergencyOpening, event: str, number: int = 1) -> None:
    outbox.enqueue(
        "sharing.emergency",
        actor=actor,
        key=f"{event}:{opening.pk}:{number}",
        opening_id=opening.pk,
        event=event,
        number=number,
    )
