"""Asking the designated lead, and advising."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agencies.models import Membership
from audit import services as audit
from guidance import policies, queries
from guidance.matters import Matter
from guidance.models import Addressee, Advice, Reply
from guidance.states import ADVICE_WORKFLOW, Query
from kernel import outbox
from kernel.actors import Actor
from kernel.ids import new_reference
from kernel.tiers import Tier
from vault import services as vault
from vault.models import Dossier, HolderKind, Safe


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """What somebody is unsure about. Holds plain text: never log or store it.

    `left_out` are leads, by membership, who must not learn that it was asked.
    """

    submission: UUID
    query: Query
    words: str
    reference: str = ""
    left_out: Collection[UUID] = ()


@transaction.atomic
def ask_lead(*, actor: Actor, question: Question, matter: Matter | None = None) -> Advice:
    """Put a question to one's agency's leads. A second press returns what the first one asked."""
    policies.can_ask_lead(actor).require()
    # Two presses at once: the second waits here, and finds what the first one asked
    Membership.objects.select_for_update().get(pk=actor.member.membership_id)
    asked = queries.own_advice(actor).filter(submission=question.submission).first()
    if asked:
        return asked
    leads = queries.leads_to_ask(actor, matter)
    chosen = [one for one in leads if one.pk not in question.left_out]
    policies.has_somebody_to_ask(bool(chosen)).require()

    dossier = vault.create_dossier(actor=actor, kind="guidance.advice")
    readers = _readers(actor, chosen)
    safe = vault.create_safe(actor=actor, dossier=dossier, kind="ADVICE", readers=readers)
    for user_id in _kept_out(actor, matter, (one for one in leads if one not in chosen)):
        vault.keep_from(actor=actor, dossier=dossier, user_id=user_id)
    advice = _create(actor, dossier, safe, question, matter)
    Addressee.objects.bulk_create(Addressee(advice=advice, lead=one) for one in chosen)
    audit.record("guidance.advice.asked", actor=actor, target=advice, query=question.query)
    for one in chosen:
        _notify(actor, advice, "ASKED", one.pk)
    return advice


def _create(
    actor: Actor, dossier: Dossier, safe: Safe, question: Question, matter: Matter | None
) -> Advice:
    advice = Advice(
        reference=new_reference(),
        submission=question.submission,
        dossier=dossier,
        safe=safe,
        agency_id=actor.member.agency_id,
        asker_id=actor.member.membership_id,
        query=question.query,
        about=matter.id if matter else None,
        about_reference=matter.reference if matter else question.reference,
    )
    sealer = vault.Sealer(safe, actor=actor)
    sealer.seal(safe, advice, Tier.SENSITIVE, question=question.words)
    advice.save(force_insert=True)
    return advice


@transaction.atomic
def answer_advice(*, actor: Actor, advice_id: UUID, words: str) -> Advice:
    """Advise. The asker is told; a second press of the same lead changes nothing."""
    locked = queries.advice(actor).select_for_update(of=("self",))
    advice = locked.get(pk=advice_id)
    if advice.answered_by_id == actor.member.membership_id:
        return advice
    policies.can_answer(actor, advice).require()

    others = [one.lead for one in advice.addressees.all() if one.lead_id != actor.membership_id]
    readers = _readers(actor, [*others, advice.asker])
    safe = vault.create_safe(
        actor=actor, dossier=advice.dossier, kind="ADVICE_REPLY", readers=readers
    )
    reply = Reply(advice=advice, safe=safe)
    vault.Sealer(safe, actor=actor).seal(safe, reply, Tier.SENSITIVE, words=words)
    reply.save(force_insert=True)
    ADVICE_WORKFLOW.apply(
        "answer",
        advice,
        answered_by_id=actor.member.membership_id,
        answered_at=timezone.now(),
    )
    audit.record("guidance.advice.answered", actor=actor, target=advice)
    _notify(actor, advice, "ANSWERED", advice.asker_id)
    return advice


def open_advice(*, actor: Actor, found: Iterable[Advice]) -> vault.Opened:
    """Questions and what was advised, as `queries` read them."""
    sealed = [value for one in found for value in one.words]
    return vault.open(actor, vault.Why.ADVISING, *sealed)


def _readers(actor: Actor, people: Iterable[Membership]) -> list[vault.Reader]:
    """Those named, and their agency beside them: whoever becomes a lead later can go on."""
    agency = vault.Reader(
        HolderKind.AGENCY, actor.member.agency_id, Tier.SENSITIVE, vault.GrantReason.NAMED
    )
    return [agency, *(vault.Reader.person(one.pk, Tier.SENSITIVE) for one in people)]


def _kept_out(actor: Actor, matter: Matter | None, leads: Iterable[Membership]) -> set[UUID]:
    """Leads who were left out on purpose, and who must not learn of the case itself."""
    of_case = matter.kept_out if matter else frozenset()
    return {*of_case, *(one.user_id for one in leads)} - {actor.user_id}


def _notify(actor: Actor, advice: Advice, code: str, holder_id: UUID) -> None:
    outbox.enqueue(
        "guidance.notice",
        actor=actor,
        key=f"{code}:{advice.pk}:{holder_id}",
        code=code,
        advice_id=advice.pk,
        holder_id=holder_id,
    )
