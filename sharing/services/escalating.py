"""Disputing what a desk did or did not do: raised, taken further, settled or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agencies import queries as agencies
from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from kernel.ids import new_reference
from kernel.tiers import Tier
from sharing import policies, queries
from sharing.models import Escalation, EscalationStep, StepEnd
from sharing.services.escalation_parties import call_in, join, new_safe
from sharing.states import (
    ESCALATION_WORKFLOW,
    EscalationAbout,
    EscalationLevel,
    EscalationStatus,
    StepOutcome,
)
from vault import services as vault

BATCH = 100


@dataclass(frozen=True, slots=True, repr=False)
class StepInput:
    """To which level, how urgent, and why. Holds plain text: never log or store it."""

    level: EscalationLevel
    in_danger: bool
    why: str


@transaction.atomic
def escalate(
    *, actor: Actor, ask_id: UUID, about: EscalationAbout, seen: str, step: StepInput
) -> Escalation:
    """Dispute an ask; a second press returns what the first one raised.

    `seen` is the ask's status as the author saw it. Raises Denied (moved_meanwhile) if the desk
    has moved it on since: an answer that arrived is read before it is disputed.
    """
    ask = queries.either_side(actor).select_for_update(of=("self",)).get(pk=ask_id)
    policies.can_escalate(actor, ask).require()
    running = Escalation.objects.filter(
        ask=ask, agency=actor.member.agency_id, status=EscalationStatus.OPEN
    ).first()
    if running:
        return running
    policies.has_not_moved(seen, ask.status).require()
    escalation = Escalation.objects.create(
        reference=new_reference(),
        ask=ask,
        about=about,
        agency_id=actor.member.agency_id,
        raised_by_id=actor.member.membership_id,
    )
    audit.record("sharing.escalation.raised", actor=actor, target=escalation, about=about)
    _open_step(actor, escalation, step, position=0)
    return escalation


@transaction.atomic
def take_further(
    *,
    actor: Actor,
    escalation_id: UUID,
    seen: int,
    outcome: StepOutcome,
    words: str,
    step: StepInput,
) -> Escalation:
    """This level settled nothing: on to one above. `seen` is how many levels the author saw."""
    escalation, now_at = _locked(actor, escalation_id)
    if now_at.position + 1 > seen:
        return escalation
    policies.can_go_on(actor, escalation).require()
    policies.can_reach_level(EscalationLevel(now_at.level), step.level, step.in_danger).require()
    _end_step(actor, escalation, now_at, outcome, words)
    _open_step(actor, escalation, step, position=now_at.position + 1)
    return escalation


@transaction.atomic
def settle(
    *, actor: Actor, escalation_id: UUID, seen: int, outcome: StepOutcome, words: str
) -> Escalation:
    """Write down what came of it, which ends it: settled, or at the last level without agreement."""
    escalation, now_at = _locked(actor, escalation_id)
    policies.can_go_on(actor, escalation).require()
    policies.has_not_moved(str(seen), str(now_at.position + 1)).require()
    move = "settle" if outcome.settles else "end"
    _end(actor, escalation, now_at, move, outcome, words)
    return escalation


@transaction.atomic
def withdraw(*, actor: Actor, escalation_id: UUID, words: str) -> Escalation:
    """Take it back."""
    escalation, now_at = _locked(actor, escalation_id)
    policies.can_withdraw(actor, escalation).require()
    _end(actor, escalation, now_at, "withdraw", None, words)
    return escalation


@transaction.atomic
def bring_in(*, actor: Actor, escalation_id: UUID, membership_id: UUID) -> bool:
    """Let a colleague of one's own agency take part; False if nothing had to be done."""
    escalation, now_at = _locked(actor, escalation_id)
    policies.can_go_on(actor, escalation).require()
    colleague = agencies.addressees(actor).get(pk=membership_id, agency=actor.member.agency_id)
    level = EscalationLevel(now_at.level)
    joined = join(actor=actor, escalation=escalation, level=level, people=[colleague])
    if joined:
        _tell(actor, escalation, f"joined:{membership_id}")
    return bool(joined)


@transaction.atomic
def notice_late_steps(*, actor: Actor) -> int:
    """Tell everybody who takes part, once, that a level's time is up; returns how many were found."""
    now = timezone.now()
    late = queries.late_steps(now).select_for_update(of=("self",), skip_locked=True)[:BATCH]
    steps = list(late)
    for step in steps:
        step.overdue_noticed_at = now
        step.save(update_fields=["overdue_noticed_at"])
        outbox.enqueue(
            "sharing.escalation_late",
            actor=actor,
            key=str(step.pk),
            escalation_id=step.escalation_id,
        )
    return len(steps)


def open_words(*, actor: Actor, escalation: Escalation) -> vault.Opened:
    """Everything that was written about it. Runs outside any transaction."""
    steps = list(escalation.steps.all())
    ends = [step.end for step in steps if hasattr(step, "end")]
    sealed = [*(step.why for step in steps), *(end.words for end in ends)]
    return vault.open(actor, vault.Why.SETTLING, *sealed)


def _locked(actor: Actor, escalation_id: UUID) -> tuple[Escalation, EscalationStep]:
    """The escalation, and the level that it stands at. Locked, for two people may press at once."""
    found = queries.escalations(actor).select_for_update(of=("self",))
    escalation = found.get(pk=escalation_id)
    return escalation, escalation.steps.order_by("-position")[0]


def _open_step(actor: Actor, escalation: Escalation, wanted: StepInput, *, position: int) -> None:
    """Whoever comes in with this level also reads what was written before."""
    call_in(actor=actor, escalation=escalation, level=wanted.level)
    now = timezone.now()
    limit = queries.escalation_limit(wanted.level, timezone.localdate(now)).limit(wanted.in_danger)
    step = EscalationStep(
        escalation=escalation,
        position=position,
        level=wanted.level,
        in_danger=wanted.in_danger,
        opened_by_id=actor.member.membership_id,
        due_at=limit.due(now, escalation.ask.desk.hours),
        safe=new_safe(actor=actor, escalation=escalation),
    )
    sealer = vault.Sealer(step.safe, actor=actor)
    sealer.seal(step.safe, step, Tier.SENSITIVE, why=wanted.why)
    step.save(force_insert=True)
    audit.record(
        "sharing.escalation.opened",
        actor=actor,
        target=escalation,
        level=wanted.level,
        in_danger=wanted.in_danger,
    )
    _tell(actor, escalation, f"opened:{position}")


def _end_step(
    actor: Actor,
    escalation: Escalation,
    step: EscalationStep,
    outcome: StepOutcome | None,
    words: str,
) -> None:
    end = StepEnd(
        step=step,
        outcome=outcome or "",
        ended_by_id=actor.member.membership_id,
        safe=new_safe(actor=actor, escalation=escalation),
    )
    vault.Sealer(end.safe, actor=actor).seal(end.safe, end, Tier.SENSITIVE, words=words)
    end.save(force_insert=True)


def _end(
    actor: Actor,
    escalation: Escalation,
    step: EscalationStep,
    move: str,
    outcome: StepOutcome | None,
    words: str,
) -> None:
    _end_step(actor, escalation, step, outcome, words)
    ESCALATION_WORKFLOW.apply(move, escalation, ended_at=timezone.now())
    audit.record(
        "sharing.escalation.ended",
        actor=actor,
        target=escalation,
        status=escalation.status,
        outcome=outcome or "",
    )
    outbox.enqueue(
        "sharing.escalation_ended",
        actor=actor,
        key=str(escalation.pk),
        escalation_id=escalation.pk,
    )


def _tell(actor: Actor, escalation: Escalation, key: str) -> None:
    outbox.enqueue(
        "sharing.escalation_moved",
        actor=actor,
        key=f"{escalation.pk}:{key}",
        escalation_id=escalation.pk,
    )
