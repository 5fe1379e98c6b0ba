"""Passing on to the desk's named fallback what waits where nobody is (see ADR 22).

The sender is shown the fallback before sending; sending is their word that it may read what the
desk itself was given. So whoever passes on acts for the sender, who wrote it all and grants it.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agencies import attendance
from agencies.models import Desk
from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from kernel.tiers import Tier
from sharing import footing, policies, queries
from sharing.models import Ask, AskSubject
from sharing.services.attending import nobody_there
from sharing.states import ASK_WORKFLOW
from vault import services as vault


@transaction.atomic
def pass_on(*, actor: Actor, ask_id: UUID) -> Ask | None:
    """Ask the fallback in the sender's name; None where it can no longer take over.

    The desk keeps the request and may still answer. Raises Denied if somebody is there after all.
    """
    found = queries.own_asks(actor).select_related("request__asking_agency", "fallback__agency")
    ask = found.select_for_update(of=("self",)).get(pk=ask_id)
    empty = nobody_there([ask], timezone.now())
    policies.can_pass_on(ask, nobody_there=ask.pk in empty).require()
    to = _fallback_of(ask)
    if to is None:
        _stays(actor, ask)
        return None
    passed = _ask_fallback(actor, ask, to)
    ASK_WORKFLOW.apply("pass on", ask)
    audit.record("sharing.ask.passed_on", actor=actor, target=ask, to=to.pk, ask=passed.pk)
    outbox.enqueue("sharing.ask_passed_on", actor=actor, key=str(ask.pk), ask_id=passed.pk)
    return passed


@transaction.atomic
def give_up_passing_on(*, actor: Actor, ask_id: UUID) -> None:
    """Whoever asked no longer acts here, so nobody can give the fallback access: tell people."""
    ask = queries.ask_to_pass_on(ask_id).select_for_update(of=("self",)).first()
    if ask is not None:
        _stays(actor, ask)


def _stays(actor: Actor, ask: Ask) -> None:
    """The clock leaves it where it is, and says so: people have to ring."""
    audit.record("sharing.ask.not_passed_on", actor=actor, target=ask, to=ask.fallback_id)
    ask.fallback = None
    ask.save(update_fields=["fallback"])
    outbox.enqueue("sharing.ask_stays", actor=actor, key=str(ask.pk), ask_id=ask.pk)


def _fallback_of(ask: Ask) -> Desk | None:
    """The fallback that the sender was shown, if it still is one and was not asked already."""
    to = ask.fallback
    if to is None or to not in attendance.chain(ask.desk_id, attendance.fallbacks()):
        return None
    asked_already = Ask.objects.filter(request=ask.request_id, desk=to).exists()
    usable = attendance.takes_requests(to) and not attendance.unattended([to.pk])
    return to if usable and not asked_already else None


def _ask_fallback(actor: Actor, ask: Ask, to: Desk) -> Ask:
    info_request, now = ask.request, timezone.now()
    on = timezone.localdate(now)
    mine, theirs = footing.bases(
        info_request.purpose, queries.footings(on), info_request.asking_agency, to.agency, on
    )
    passed = Ask.objects.create(
        request=info_request,
        desk=to,
        passed_from=ask,
        asking_basis=mine.to_json(),
        holding_basis=theirs.to_json(),
        **_times(ask, to),
    )
    about = AskSubject.objects.filter(ask=ask)
    AskSubject.objects.bulk_create(
        AskSubject(ask=passed, subject_id=one.subject_id) for one in about
    )
    _let_read(actor, ask, to)
    return passed


def _times(ask: Ask, to: Desk) -> dict[str, object]:
    """On the wall the time runs on; in working hours it begins when it reaches the fallback."""
    clock = queries.clock(ask.request.urgency, timezone.localdate())
    if not clock.limit.working:
        return {"due_at": ask.due_at, "nearly_at": ask.nearly_at}
    return dict(clock.times(timezone.now(), attendance.hours_of([to])[to.pk]))


def _let_read(actor: Actor, ask: Ask, to: Desk) -> None:
    """What the desk itself was given by genuine grants, and not a tier more."""
    desk = Actor(
        desk_ids=frozenset({ask.desk_id}), clearance=Tier.SENSITIVE, via="system:passing-on"
    )
    for safe in queries.safes_given_to_desk(ask):
        tier = vault.reach_of(desk, safe)
        if tier:
            vault.grant(actor=actor, safe=safe, readers=[vault.Reader.desk(to.pk, tier)])
