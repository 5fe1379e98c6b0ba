"""Second factors of invented people, so that a demonstration needs no telephone."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import policies, queries, totp
from accounts.models import TotpDevice, User
from audit import services as audit
from kernel.actors import Actor


@transaction.atomic
def enrol_demo_device(*, actor: Actor, user: User) -> TotpDevice:
    """A confirmed device whose codes `current_code` tells. Refused where people are real."""
    policies.is_demonstration().require()
    device = TotpDevice(user=user, name="Demonstration device", confirmed=True)
    device.confirmed_at = timezone.now()
    device.seal_seed(totp.new_seed())
    device.attest().save(force_insert=True)
    audit.record("accounts.device_added", actor=actor, target=device)
    return device


def current_code(*, actor: Actor, user: User) -> str | None:
    """The code that the portal would accept now, or None without a device. Refused likewise."""
    policies.is_demonstration().require()
    device = queries.devices(Actor(user_id=user.pk)).first()
    return totp.next_code(device.open_seed(), after=device.last_step) if device else None
