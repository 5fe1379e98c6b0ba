"""Second factors: authenticators and recovery codes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import policies, queries, totp
from accounts.models import Passkey, RecoveryCode, RecoverySheet, SecondFactor, TotpDevice
from accounts.passkeys import Assertion
from accounts.services.telling import Change, tell
from audit import services as audit
from kernel.actors import Actor
from kernel.attestation import SIGNATURE
from kernel.ids import ALPHABET

CODES_ON_A_SHEET = 10
# An offered seed that nobody confirmed is drawn again, in case its page was left on a screen.
OFFER_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """Whether a code was right: by what it was accepted, or until when to wait."""

    factor: SecondFactor | None = None
    wait_until: datetime | None = None

    def __bool__(self) -> bool:
        return self.factor is not None


@transaction.atomic
def check_code(
    *, actor: Actor, code: str | Assertion, except_device: UUID | None = None
) -> CodeCheck:
    """Use up a code of the actor's, or what a passkey signed. A wrong code makes the wait longer."""
    code = code if isinstance(code, Assertion) else "".join(code.split())
    check = _try_each(_factors(actor, code, except_device), code)
    if not check:
        user = queries.own_user(actor).get()
        audit.record("accounts.code_refused", actor=actor, target=user)
    elif isinstance(check.factor, RecoverySheet):
        left = queries.recovery_codes_left(actor)
        used = check.factor.used or check.factor
        audit.record("accounts.recovery_code_used", actor=actor, target=used, left=left)
        tell(actor=actor, change=Change.RECOVERY_CODE_USED)
    return check


@transaction.atomic
def offer_device(*, actor: Actor) -> TotpDevice:
    """The seed to put into an authenticator; the same one until it is confirmed or grows old."""
    user = queries.own_user(actor).select_for_update(no_key=True).get()
    device = queries.pending_devices(actor).first() or TotpDevice(user=user, name="")
    fresh = timezone.now() - device.offered_at < OFFER_LASTS
    if device.seed and fresh:
        return device
    device.seal_seed(totp.new_seed())
    device.offered_at = timezone.now()
    device.attest().save()
    audit.record("accounts.device_offered", actor=actor, target=device)
    return device


@transaction.atomic
def add_device(
    *, actor: Actor, name: str, code: str, proof: str | Assertion = "", link: str = ""
) -> tuple[CodeCheck, CodeCheck, Sequence[str]]:
    """Confirm the offered device by its code, and by a code from a device in use if there is one.

    Returns how both codes fared, and the recovery codes if they were made now.
    """
    queries.own_user(actor).select_for_update(no_key=True).get()
    offered = list(queries.pending_devices(actor).select_for_update())
    in_use = queries.factors_in_use(actor)
    policies.can_add_device(in_use).require()
    policies.can_begin(may_begin=bool(in_use) or queries.may_begin(actor, link)).require()
    # A code fits nothing where nothing was offered: the page then makes an offer
    added = _try_each(offered, code)
    if not added:
        return added, CodeCheck(), ()
    (device,) = offered
    proven = check_code(actor=actor, code=proof) if in_use else added
    if not proven:
        # Not yet in use, so its code may be typed again.
        device.last_step = -1
        device.save(update_fields=["last_step"])
        return added, proven, ()
    _confirm(device, name)
    audit.record("accounts.device_added", actor=actor, target=device)
    tell(actor=actor, change=Change.DEVICE_ADDED)
    return added, proven, () if in_use else new_sheet(actor=actor)[1]


@transaction.atomic
def remove_device(*, actor: Actor, device_id: UUID, code: str | Assertion) -> CodeCheck:
    """Stop accepting a device, by one that stays."""
    queries.own_user(actor).select_for_update(no_key=True).get()
    device = queries.factor_in_use(actor, device_id)
    if device is None:
        raise TotpDevice.DoesNotExist
    policies.can_remove_device(queries.factors_in_use(actor)).require()
    check = check_code(actor=actor, code=code, except_device=device.pk)
    if check:
        retire(actor=actor, device=device)
        tell(actor=actor, change=Change.DEVICE_REMOVED)
    return check


def retire(*, actor: Actor, device: TotpDevice | Passkey) -> None:
    """Take a device out of use. The caller holds its owner's lock."""
    changed = device.retire()
    device.attest(even_if_forged=True).save(update_fields=[*changed, *SIGNATURE])
    audit.record("accounts.device_removed", actor=actor, target=device)


@transaction.atomic
def make_recovery_codes(*, actor: Actor, code: str | Assertion) -> tuple[CodeCheck, Sequence[str]]:
    """Ten new recovery codes in place of the old, by a code from a device. Shown this once."""
    check = check_code(actor=actor, code=code)
    if not check:
        return check, ()
    used_up = isinstance(check.factor, RecoverySheet)
    sheet, codes = new_sheet(actor=actor)
    tell(actor=actor, change=Change.RECOVERY_CODES_MADE)
    # The old sheet carries no session any more.
    return CodeCheck(sheet) if used_up else check, codes


def _factors(actor: Actor, code: str | Assertion, left_out: UUID | None) -> list[SecondFactor]:
    """What could accept it: the passkey named; authenticators if it is six digits; else the sheet."""
    if isinstance(code, Assertion):
        keys = queries.passkeys(actor).filter(credential_id=code.credential_id)
        return [key for key in keys.select_for_update() if key.pk != left_out]
    if len(code) == totp.DIGITS and code.isdecimal():
        rows = queries.devices(actor).select_for_update()
        return [device for device in rows if device.pk != left_out]
    return [] if left_out else list(queries.recovery_sheets(actor).select_for_update())


def _try_each(factors: Sequence[SecondFactor], code: str | Assertion) -> CodeCheck:
    """The first that accepts the code. Only if none does, all have met a failure."""
    waiting = [factor for factor in factors if not factor.locked_until()]
    for factor in waiting:
        if factor.accept(code):
            return CodeCheck(factor)
    for factor in waiting:
        factor.refuse()
    return CodeCheck(None, max((t for f in factors if (t := f.locked_until())), default=None))


def _confirm(device: TotpDevice, name: str) -> None:
    device.name, device.confirmed, device.confirmed_at = name, True, timezone.now()
    device.attest().save(update_fields=["name", "confirmed", "confirmed_at", *SIGNATURE])


def end_sheets(*, actor: Actor, owner: Actor) -> None:
    """Take recovery codes out of use. The caller holds their owner's lock."""
    for old in queries.recovery_sheets(owner).select_for_update():
        changed = old.retire()
        old.attest(even_if_forged=True).save(update_fields=[*changed, *SIGNATURE])
        audit.record("accounts.recovery_codes_ended", actor=actor, target=old)


def new_sheet(*, actor: Actor) -> tuple[RecoverySheet, Sequence[str]]:
    """Ten codes in place of those before."""
    queries.own_user(actor).select_for_update(no_key=True).get()
    end_sheets(actor=actor, owner=actor)
    sheet = RecoverySheet(user_id=queries.user_id(actor), name="Recovery codes", confirmed=True)
    sheet.attest().save(force_insert=True)
    codes = [_new_code() for _ in range(CODES_ON_A_SHEET)]
    digests = [sheet.digest(code.replace("-", "")) for code in codes]
    rows = [RecoveryCode(sheet=sheet, digest=d, key_id=key_id).attest() for d, key_id in digests]
    RecoveryCode.objects.bulk_create(rows)
    signed = [row.pk for row in rows]
    audit.record("accounts.recovery_codes_made", actor=actor, target=sheet, signed=signed)
    return sheet, codes


def _new_code() -> str:
    """Twelve characters, 59 bits, in groups that survive being written down."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
