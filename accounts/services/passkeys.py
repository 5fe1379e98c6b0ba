"""Adding a passkey or a security key."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts import passkeys, policies, queries
from accounts.models import Passkey
from accounts.services.devices import new_sheet
from accounts.services.telling import Change, tell
from audit import services as audit
from kernel.actors import Actor

UNNAMED = "Passkey"


@transaction.atomic
def add_passkey(
    *, actor: Actor, name: str, credential: str, challenge: bytes, link: str = ""
) -> tuple[Passkey | None, Sequence[str]]:
    """Take the key into use that a browser just made for the portal, and tell its owner.

    Returns it, with recovery codes where it is the first device; nothing where the answer is wrong.
    """
    user = queries.own_user(actor).select_for_update(no_key=True).get()
    in_use = queries.factors_in_use(actor)
    policies.can_add_device(in_use).require()
    policies.can_begin(may_begin=bool(in_use) or queries.may_begin(actor, link)).require()
    made = passkeys.register(credential, challenge)
    if made is None or Passkey.objects.filter(credential_id=made.credential_id).exists():
        audit.record("accounts.passkey_refused", actor=actor, target=user)
        return None, ()
    passkey = Passkey(
        user=user,
        name=name or UNNAMED,
        confirmed=True,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=made.transports,
    )
    passkey.attest().save(force_insert=True)
    audit.record("accounts.device_added", actor=actor, target=passkey)
    tell(actor=actor, change=Change.DEVICE_ADDED)
    return passkey, () if in_use else new_sheet(actor=actor)[1]
