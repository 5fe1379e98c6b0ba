"""Logging what passed beside the portal: by telephone, in person, by e-mail or post (D25–D28).

What has happened is recorded whatever is missing. Where it should not have happened that way, an
incident is opened in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from incidents.services import open_incident
from incidents.states import Kind
from kernel.actors import Actor
from kernel.ids import new_reference
from kernel.tiers import Tier
from people.identity import Identity, PersonKind
from people.services import make_findable
from sharing import policies, queries
from sharing.models import Ask, Contact, Share
from sharing.services.answering import answer_for
from sharing.services.disclosing import ItemInput, PersonAnswer, record_disclosure
from sharing.services.drafting import own_desk, own_readers
from sharing.services.giving import name_person
from sharing.states import Outcome
from sharing.states.contact import (
    Channel,
    Check,
    Direction,
    Ground,
    ShareKind,
    Verification,
    VerificationResult,
)
from vault import services as vault


@dataclass(frozen=True, slots=True, repr=False)
class ContactInput:
    """How it passed and with whom. Holds plain text: never log or store it."""

    channel: Channel
    direction: Direction = Direction.INCOMING
    agency_id: UUID | None = None
    # Their agency as typed, their name, role, and number or address
    who: dict[str, str] = field(default_factory=dict)
    verification: Verification = Verification.NOT_KNOWN
    verification_result: VerificationResult | None = None
    verification_note: str = ""
    ground: Ground | None = None
    checks: Sequence[Check] = ()
    went_astray: bool = False
    follow_up: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class LogInput:
    """What passed. Holds plain text: never log or store it."""

    submission: UUID
    contact: ContactInput
    outcome: Outcome
    people: Sequence[Identity] = ()
    # What was given, or told to us; beside other outcomes the words are `said`
    items: Sequence[ItemInput] = ()
    said: str = ""
    asked: str = ""
    happened_at: datetime | None = None
    ask_id: UUID | None = None

    @property
    def incident(self) -> Kind | None:
        """What went wrong with it, if anything did."""
        contact = self.contact
        if contact.went_astray or contact.verification_result is VerificationResult.NOT_THEM:
            return Kind.MISDIRECTED
        return Kind.VOICEMAIL_OR_TEXT if contact.channel.is_unsafe else None


@transaction.atomic
def log_contact(*, actor: Actor, log: LogInput) -> Share:
    """Put on record what passed beside the portal. A second press returns what the first one made."""
    policies.can_log(actor).require()
    known = queries.given(actor).filter(submission=log.submission).first()
    if known:
        return known
    ask = _ask_to_answer(actor, log)
    share = _create_share(actor, log, ask)
    _record_contact(actor, share, log.contact)
    if ask:
        answer_for(
            actor=actor,
            ask=ask,
            decisions=[_decision(log, row.subject_id) for row in ask.about.all()],
            decided_at=share.happened_at,
        )
    for place, identity in enumerate(_people(log, ask)):
        _record_person(actor, share, place, identity, log)
    audit.record(
        "sharing.contact.logged",
        actor=actor,
        target=share,
        channel=log.contact.channel.value,
        outcome=log.outcome.value,
        verification=log.contact.verification.value,
    )
    _open_incident(actor, share, log)
    return share


def _ask_to_answer(actor: Actor, log: LogInput) -> Ask | None:
    """The request that this answers; None where it cannot be, for the log is made in any case.

    A refusal owes its asker a ground and a review date, so it is answered on its own pages.
    """
    if log.ask_id is None or log.outcome in (Outcome.NOT_SHARED, Outcome.RECEIVED):
        return None
    found = queries.asks(actor).select_for_update(of=("self",)).filter(pk=log.ask_id).first()
    return found if found and policies.can_answer(actor, found) else None


def _people(log: LogInput, ask: Ask | None) -> Sequence[Identity]:
    """Whoever was named; a call about nobody by name is still about somebody."""
    if log.people or ask:
        return log.people
    return [Identity(PersonKind.CHILD)]


def _create_share(actor: Actor, log: LogInput, ask: Ask | None) -> Share:
    desk = ask.desk if ask else own_desk(actor)
    dossier = (
        ask.request.dossier if ask else vault.create_dossier(actor=actor, kind="sharing.share")
    )
    safe = vault.create_safe(
        actor=actor, dossier=dossier, kind="NARRATIVE", readers=own_readers(desk)
    )
    now = timezone.now()
    share = Share(
        reference=new_reference(),
        kind=ShareKind.LOGGED,
        submission=log.submission,
        answered_ask=ask,
        dossier=dossier,
        safe=safe,
        from_agency_id=actor.member.agency_id,
        from_desk=desk,
        shared_by_id=actor.member.membership_id,
        happened_at=min(log.happened_at or now, now),
        written_at=now,
    )
    vault.Sealer(safe, actor=actor).seal(safe, share, Tier.SENSITIVE, why=log.asked)
    share.save(force_insert=True)
    return share


def _record_contact(actor: Actor, share: Share, said: ContactInput) -> None:
    row = Contact(
        share=share,
        channel=said.channel,
        direction=said.direction,
        agency_id=said.agency_id,
        verification=said.verification,
        verification_result=said.verification_result or "",
        ground=said.ground or "",
        checks=[one.value for one in said.checks],
        went_astray=said.went_astray,
    )
    sealer = vault.Sealer(share.safe, actor=actor)
    sealer.seal(share.safe, row, Tier.PERSONAL, who=said.who)
    sealer.seal(
        share.safe,
        row,
        Tier.SENSITIVE,
        verification_note=said.verification_note,
        follow_up=said.follow_up,
    )
    row.save(force_insert=True)


def _record_person(
    actor: Actor, share: Share, place: int, identity: Identity, log: LogInput
) -> None:
    subject = name_person(actor=actor, share=share, place=place, identity=identity)
    record_disclosure(
        actor=actor,
        dossier=share.dossier,
        desk=share.from_desk,
        decision=_decision(log, subject.pk),
        share=share,
        decided_at=share.happened_at,
    )
    make_findable(actor=actor, found_by=[(subject.snapshot, identity, {share.from_agency_id})])


def _decision(log: LogInput, subject_id: UUID) -> PersonAnswer:
    return PersonAnswer(subject_id, log.outcome, reason=log.said, items=log.items)


def _open_incident(actor: Actor, share: Share, log: LogInput) -> None:
    if log.incident:
        open_incident(
            actor=actor,
            kind=log.incident,
            agency_ids={actor.member.agency_id},
            dossier=share.dossier,
            happened_at=share.happened_at,
            account=f"Logged as {share.reference}: {log.contact.channel.label}.",
            records=[share.pk],
        )
