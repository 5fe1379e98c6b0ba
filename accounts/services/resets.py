"""Letting somebody in anew who lost their devices: what two others have agreed on."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import policies, queries
from accounts.models import EndReason, User
from accounts.services.devices import end_sheets, retire
from accounts.services.sessions import end_other_sessions
from accounts.services.telling import Change, tell
from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from kernel.attestation import SIGNATURE


@transaction.atomic
def reset_factors(*, actor: Actor, user_id: UUID, reset_id: UUID) -> User:
    """End every device, passkey, recovery code and session of somebody, and send them a link.

    Whether the actor may, and with whom, is for the caller: accounts know no agencies.
    """
    policies.can_reset(actor.user_id, user_id).require()
    owner = Actor(user_id=user_id)
    user = queries.own_user(owner).select_for_update(no_key=True).get()
    for device in (*queries.devices(owner), *queries.passkeys(owner)):
        retire(actor=actor, device=device)
    _withdraw_offer(owner)
    end_sheets(actor=actor, owner=owner)
    end_other_sessions(actor=owner, keep=None, reason=EndReason.RESET)
    audit.record("accounts.factors_reset", actor=actor, target=user, reset=reset_id)
    tell(actor=actor, change=Change.RESET, about=owner)
    outbox.enqueue("accounts.fresh_start", actor=actor, key=str(reset_id), user_id=user.pk)
    return user


@transaction.atomic
def tell_of_reset(*, actor: Actor, user_id: UUID) -> None:
    """Tell somebody that a reset was begun in their name, so that they can object."""
    tell(actor=actor, change=Change.RESET_ASKED, about=Actor(user_id=user_id))


def _withdraw_offer(owner: Actor) -> None:
    """A seed that stands on some screen, offered and not confirmed, is not taken up later."""
    for device in queries.pending_devices(owner).select_for_update():
        device.removed_at, device.seed = timezone.now(), b""
        changed = ["removed_at", "seed", *SIGNATURE]
        device.attest(even_if_forged=True).save(update_fields=changed)
