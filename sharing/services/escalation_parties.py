"""Who takes part in a disagreement, and reads what is written about it."""

from __future__ import annotations

from collections.abc import Iterable

from agencies import queries as agencies
from agencies.models import Desk, Membership
from kernel.actors import Actor
from kernel.decisions import Denied
from kernel.tiers import Tier
from sharing.models import Ask, Escalation, EscalationParty, EscalationStep, StepEnd
from sharing.services.drafting import own_readers
from sharing.states import EscalationLevel
from vault import queries as vault_queries
from vault import services as vault
from vault.models import Safe


def call_in(*, actor: Actor, escalation: Escalation, level: EscalationLevel) -> None:
    """Who takes part from a level on, without being named: leads of both sides, the coordinators."""
    join(actor=actor, escalation=escalation, level=level, people=_called(escalation, level))


def _called(escalation: Escalation, level: EscalationLevel) -> list[Membership]:
    ask = escalation.ask
    if level is EscalationLevel.DESIGNATED_LEADS:
        sides = {ask.request.asking_agency_id, ask.desk.agency_id}
        called = [lead for agency_id in sides for lead in agencies.leads_of(agency_id)]
    elif level is EscalationLevel.PARTNERSHIP:
        called = agencies.coordinators()
    else:
        called = []
    return called


def join(
    *, actor: Actor, escalation: Escalation, level: EscalationLevel, people: Iterable[Membership]
) -> list[Membership]:
    """Let people take part who do not yet, but for those who must not learn of the case."""
    kept_out = vault_queries.kept_from_case(escalation.ask.request.dossier_id)
    already = set(escalation.parties.values_list("membership_id", flat=True))
    new = [one for one in people if one.pk not in already and one.user_id not in kept_out]
    EscalationParty.objects.bulk_create(
        EscalationParty(escalation=escalation, membership=one, level=level) for one in new
    )
    readers = [vault.Reader.person(one.pk, Tier.SENSITIVE) for one in new]
    for safe in _safes(escalation) if readers else ():
        _let_read(actor, safe, readers)
    return new


def _let_read(actor: Actor, safe: Safe, readers: list[vault.Reader]) -> None:
    """Nobody grants what they cannot read themselves: then those who came in read on from here."""
    try:
        vault.grant(actor=actor, safe=safe, readers=readers)
    except Denied:
        return


def _safes(escalation: Escalation) -> list[Safe]:
    steps = EscalationStep.objects.filter(escalation=escalation).values("safe")
    ends = StepEnd.objects.filter(step__escalation=escalation).values("safe")
    return list(Safe.objects.filter(pk__in=steps) | Safe.objects.filter(pk__in=ends))


def new_safe(*, actor: Actor, escalation: Escalation) -> Safe:
    """Words of one side, for both desks and everybody who takes part."""
    ask = escalation.ask
    own, other = _desks(actor, ask)
    named = {
        ask.request.asked_by_id,
        escalation.raised_by_id,
        *escalation.parties.values_list("membership_id", flat=True),
    } - {actor.membership_id}
    readers = own_readers(own)
    readers += [vault.Reader.desk(desk.pk, Tier.SENSITIVE) for desk in other if desk != own]
    readers += [vault.Reader.person(one, Tier.SENSITIVE) for one in named]
    return vault.create_safe(
        actor=actor, dossier=ask.request.dossier, kind="ESCALATION", readers=readers
    )


def _desks(actor: Actor, ask: Ask) -> tuple[Desk | None, list[Desk]]:
    """The actor's own desk among the two, and both of them."""
    both = [desk for desk in (ask.request.asking_desk, ask.desk) if desk is not None]
    own = next((desk for desk in both if desk.agency_id == actor.agency_id), None)
    return own, both
