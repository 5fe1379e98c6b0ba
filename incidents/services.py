"""Opening an incident, and everything that those who answer for it do with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from agencies import queries as agencies
from agencies.models import Membership
from audit import services as audit
from incidents import policies, queries
from incidents.models import Entry, Incident, Party, Told
from incidents.states import WORKFLOW, Category, EntryKind, Kind, PeopleTold, Risk, Status
from kernel import outbox
from kernel.actors import Actor
from kernel.ids import new_id, new_reference
from kernel.tiers import Tier
from vault import queries as vault_queries
from vault import services as vault
from vault.models import Dossier, HolderKind, Safe

BATCH = 100


@dataclass(frozen=True, slots=True, repr=False)
class Assessment:
    """What an officer judges of an incident. Holds plain text: never log or store it."""

    risk: Risk
    categories: Collection[Category]
    containment: str
    consequences: str = ""
    people_about: int | None = None
    records_about: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DecisionInput:
    """Whether the regulator is told. Holds plain text: never log or store it."""

    is_reported: bool
    reasons: str
    people_told: PeopleTold
    decided_at: datetime | None = None
    regulator_reference: str = ""


@transaction.atomic
def open_incident(  # noqa: PLR0913 - what is known of a breach, each by its name
    *,
    actor: Actor,
    kind: Kind,
    agency_ids: Collection[UUID],
    dossier: Dossier | None = None,
    happened_at: datetime | None,
    account: str = "",
    records: Collection[UUID] = (),
    aware_at: datetime | None = None,
    people: Collection[UUID] = (),
    incident_id: UUID | None = None,
) -> Incident:
    """Record that something went wrong, start the clock, and tell those who answer for it.

    `dossier` is the case that it happened in. `people` are users whom it concerns: they see nothing
    of it, unless it is they who report it. A second time with the same `incident_id` gives the first.
    """
    known = queries.opened_as(incident_id) if incident_id else None
    if known and known.opened_by_id == actor.membership_id:
        return known
    aware_at = aware_at or timezone.now()
    incident = Incident.objects.create(
        pk=new_id() if known or incident_id is None else incident_id,
        reference=new_reference(),
        kind=kind,
        dossier=vault.create_dossier(actor=actor, kind="incident", keep="INCIDENT"),
        case=dossier,
        records=list(records),
        opened_by_id=actor.membership_id,
        happened_at=happened_at,
        aware_at=aware_at,
        due_at=aware_at + timedelta(hours=settings.BREACH_HOURS),
    )
    _concern(actor, incident, agency_ids)
    _note_who_is_told(incident, barred=set(people))
    _report(actor, incident, account, people)
    audit.record("incidents.incident.opened", actor=actor, target=incident, kind=kind)
    outbox.enqueue("incidents.opened", actor=actor, key=str(incident.pk), incident_id=incident.pk)
    return incident


def _report(actor: Actor, incident: Incident, account: str, people: Collection[UUID]) -> None:
    """What somebody says of it, and who learns nothing of it. The portal itself says nothing."""
    if actor.is_person:
        _write(actor, incident, {EntryKind.ACCOUNT: account})
        _keep_out(actor, incident, people)


def _concern(actor: Actor, incident: Incident, agency_ids: Collection[UUID]) -> None:
    """The agencies that it concerns; where nobody names one, that of whoever reports it."""
    concerned = set(agency_ids) or {actor.member.agency_id}
    Party.objects.bulk_create([Party(incident=incident, agency_id=one) for one in concerned])


def _note_who_is_told(incident: Incident, *, barred: Collection[UUID] = ()) -> list[Membership]:
    """Those who answer for the agencies now and were not told before; returns all of them."""
    kept_out = vault_queries.kept_from_case(incident.dossier_id) | set(barred)
    if incident.case_id:
        kept_out |= vault_queries.kept_from_case(incident.case_id)
    concerned = incident.parties.values_list("agency_id", flat=True)
    answerable = [one for one in queries.answerable(concerned) if one.user_id not in kept_out]
    rows = [Told(incident=incident, membership=one) for one in answerable]
    Told.objects.bulk_create(rows, ignore_conflicts=True)
    return answerable


def _keep_out(actor: Actor, incident: Incident, people: Collection[UUID]) -> None:
    for user_id in set(people) - {actor.user_id}:
        vault.keep_from(actor=actor, dossier=incident.dossier, user_id=user_id)


def _write(actor: Actor, incident: Incident, words: Mapping[EntryKind, str]) -> None:
    """Seal what somebody wrote. Each author writes into a safe of their own: the vault's rule."""
    safe = _safe(actor, incident)
    sealer = vault.Sealer(safe, actor=actor)
    for kind, text in words.items():
        if text:
            entry = Entry(
                incident=incident, kind=kind, safe=safe, written_by_id=actor.member.membership_id
            )
            sealer.seal(safe, entry, Tier.PERSONAL, text=text)
            entry.save(force_insert=True)


def _safe(actor: Actor, incident: Incident) -> Safe:
    """For those who answer for it, by name; beside them their agencies, so that a leaver strands nothing."""
    answerable = _note_who_is_told(incident)
    named = {one.pk for one in answerable} | {incident.opened_by_id}
    readers = [
        vault.Reader.person(one, Tier.PERSONAL)
        for one in sorted(filter(None, named - {actor.membership_id}))
    ]
    concerned = set(incident.parties.values_list("agency_id", flat=True))
    board = agencies.partnership()
    concerned |= {board.pk} if board else set()
    readers += [
        vault.Reader(HolderKind.AGENCY, one, Tier.PERSONAL, vault.GrantReason.NAMED)
        for one in sorted(concerned)
    ]
    return vault.create_safe(
        actor=actor, dossier=incident.dossier, kind="INCIDENT", readers=readers
    )


@transaction.atomic
def add_note(*, actor: Actor, incident_id: UUID, text: str) -> Incident:
    """What its reporter, or somebody who works on it, has learnt since."""
    incident = _locked(actor, incident_id)
    policies.can_add_note(actor, incident).require()
    _write(actor, incident, {EntryKind.NOTE: text})
    audit.record("incidents.incident.noted", actor=actor, target=incident)
    return incident


@transaction.atomic
def assess(*, actor: Actor, incident_id: UUID, assessment: Assessment) -> Incident:
    """Judge the risk to people; again whenever more is known, until it is decided."""
    incident = _locked(actor, incident_id)
    policies.can_assess(actor, incident).require()
    WORKFLOW.apply(
        "assess",
        incident,
        risk=assessment.risk,
        categories=[one.value for one in map(Category, assessment.categories)],
        people_about=assessment.people_about,
        records_about=assessment.records_about,
        assessed_by_id=actor.member.membership_id,
        assessed_at=timezone.now(),
    )
    words = {
        EntryKind.CONTAINMENT: assessment.containment,
        EntryKind.CONSEQUENCES: assessment.consequences,
    }
    _write(actor, incident, words)
    audit.record("incidents.incident.assessed", actor=actor, target=incident, risk=assessment.risk)
    return incident


@transaction.atomic
def decide(*, actor: Actor, incident_id: UUID, decision: DecisionInput) -> Incident:
    """Say whether the regulator was told, when, and why or why not. Late is recorded as late."""
    incident = _locked(actor, incident_id)
    policy = policies.can_decide if decision.is_reported else policies.can_leave_unreported
    policy(actor, incident).require()
    WORKFLOW.apply(
        "report" if decision.is_reported else "leave unreported",
        incident,
        decision=Status.REPORTED if decision.is_reported else Status.NOT_REPORTED,
        decided_by_id=actor.member.membership_id,
        decided_at=decision.decided_at or timezone.now(),
        people_told=decision.people_told,
        regulator_reference=decision.regulator_reference,
    )
    _write(actor, incident, {EntryKind.REASONS: decision.reasons})
    audit.record(
        "incidents.incident.decided", actor=actor, target=incident, decision=incident.decision
    )
    return incident


@transaction.atomic
def close(*, actor: Actor, incident_id: UUID, lessons: str) -> Incident:
    """End it with what was learnt."""
    incident = _locked(actor, incident_id)
    policies.can_close(actor, incident).require()
    WORKFLOW.apply(
        "close", incident, closed_by_id=actor.member.membership_id, closed_at=timezone.now()
    )
    _write(actor, incident, {EntryKind.LESSONS: lessons})
    audit.record("incidents.incident.closed", actor=actor, target=incident)
    return incident


@transaction.atomic
def remind(*, actor: Actor) -> int:
    """Tell those who answer for it, daily, while a clock has nearly run out or has run out."""
    now = timezone.now()
    rows = queries.to_remind(now).select_for_update(skip_locked=True)[:BATCH]
    found = list(rows)
    for incident in found:
        incident.reminded_at = now
        incident.save(update_fields=["reminded_at"])
        _note_who_is_told(incident)
        audit.record("incidents.incident.reminded", actor=actor, target=incident)
        outbox.enqueue(
            "incidents.reminder",
            actor=actor,
            key=f"{incident.pk}:{int(now.timestamp())}",
            incident_id=incident.pk,
        )
    return len(found)


def read(*, actor: Actor, incident: Incident) -> vault.Opened:
    """What was written about it. Opens the vault, so it runs outside any transaction."""
    sealed = [one.text for one in incident.entries.all()]
    return vault.open(actor, vault.Why.INCIDENT, *sealed)


def _locked(actor: Actor, incident_id: UUID) -> Incident:
    # Locked before the policy is asked: two officers may press at once.
    return queries.incidents(actor).select_for_update(of=("self",)).get(pk=incident_id)
