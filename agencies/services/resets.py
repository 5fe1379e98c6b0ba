"""Letting somebody in anew who lost their devices, by two others."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import services as accounts
from agencies import queries, resetting
from agencies.models import DeviceReset, KnownBy, Membership
from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from kernel.attestation import SIGNATURE
from kernel.decisions import WRONG_STATE, deny

_WAITS = deny(WRONG_STATE, "A reset for this person waits already for a second person.")


@transaction.atomic
def ask_reset(*, actor: Actor, membership_id: UUID, known_by: KnownBy) -> DeviceReset:
    """Ask that somebody's devices be reset. Nothing changes yet; they are told, and can object."""
    members = queries.memberships(actor).select_for_update(of=("self",), no_key=True)
    membership = members.get(pk=membership_id)
    resetting.can_ask(actor, membership).require()
    _call_off_expired(membership, actor=actor)
    reset = DeviceReset(membership=membership, asked_by=queries.acting(actor), known_by=known_by)
    reset.attest().save(force_insert=True)
    audit.record("agencies.reset_asked", actor=actor, target=reset, known_by=known_by)
    accounts.tell_of_reset(actor=actor, user_id=membership.user_id)
    for second in resetting.second_people(reset):
        key = f"{reset.pk}:{second.pk}"
        facts = {"reset_id": reset.pk, "holder_id": second.pk}
        outbox.enqueue("agencies.reset_waiting", actor=actor, key=key, **facts)
    return reset


@transaction.atomic
def confirm_reset(*, actor: Actor, reset_id: UUID) -> DeviceReset:
    """Agree: all devices, codes and sessions of the person end, and they are sent a link."""
    reset = _locked(actor, reset_id)
    resetting.can_confirm(actor, reset).require()
    alone = reset.asked_by.user_id == actor.user_id
    reset.confirmed_by, reset.confirmed_at = queries.acting(actor), timezone.now()
    reset.attest().save(update_fields=["confirmed_by", "confirmed_at", *SIGNATURE])
    audit.record("agencies.reset_confirmed", actor=actor, target=reset, alone=alone)
    accounts.reset_factors(actor=actor, user_id=reset.membership.user_id, reset_id=reset.pk)
    return reset


@transaction.atomic
def cancel_reset(*, actor: Actor, reset_id: UUID) -> DeviceReset:
    """Call a reset off before anybody has agreed to it."""
    reset = _locked(actor, reset_id)
    resetting.can_cancel(actor, reset).require()
    return _cancel(reset, actor=actor)


def _locked(actor: Actor, reset_id: UUID) -> DeviceReset:
    """The row under lock: of two who press at once, the second finds it dealt with."""
    return resetting.resets(actor).select_for_update(of=("self",), no_key=True).get(pk=reset_id)


def _call_off_expired(membership: Membership, *, actor: Actor) -> None:
    for reset in resetting.waiting(actor).filter(membership=membership):
        if not reset.has_expired(timezone.now()):
            _WAITS.require()
        _cancel(reset, actor=actor)


def _cancel(reset: DeviceReset, *, actor: Actor) -> DeviceReset:
    reset.cancelled_by, reset.cancelled_at = queries.acting(actor), timezone.now()
    changed = ["cancelled_by", "cancelled_at", *SIGNATURE]
    reset.attest(even_if_forged=True).save(update_fields=changed)
    audit.record("agencies.reset_cancelled", actor=actor, target=reset)
    return reset
