"""The one door: need to know is checked, the look is on record and committed, then text comes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from audit.models import AccessKind
from kernel.actors import Actor
from kernel.tiers import Tier
from vault import crypto, policies, queries
from vault.errors import MovedValue, VaultError
from vault.models import DataKey
from vault.sealed import DAMAGED, DESTROYED, WITHHELD, Sealed


class Why(StrEnum):
    """The coded reason of a look. Nobody types one: the page knows why it opens."""

    WRITING = "WRITING"  # an author at their own draft
    CHECKING = "CHECKING"  # an author before sending
    FOLLOWING = "FOLLOWING"  # following up what one's own agency sent
    QUEUE = "QUEUE"  # names in a list of work
    ANSWERING = "ANSWERING"  # a desk answering what it was asked
    READING = "READING"  # an addressee reading what was shared


class Opened(Mapping[Sealed | None, Any]):
    """What `open` gives back: by sealed value, its text or a Withheld; nothing for None."""

    def __init__(self, values: dict[Sealed, Any]) -> None:
        self._values = values

    def __getitem__(self, sealed: Sealed | None) -> Any:
        return "" if sealed is None else self._values[sealed]

    def __iter__(self) -> Iterator[Sealed | None]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Opened: {len(self._values)} values>"


def open(  # noqa: A001 - the design's word, always used as vault.open
    actor: Actor,
    why: Why,
    *sealed: Sealed | None,
    kind: AccessKind = AccessKind.OPENED,
    seen_by: Actor | None = None,
    receipt: Callable[[frozenset[UUID]], None] | None = None,
) -> Opened:
    """Open values for somebody who needs to know; each comes back as text or as Withheld.

    With `seen_by`, gives what both may see: the preview is the recipient's view. `receipt` runs in
    the same transaction with the safes that were opened. Raises RuntimeError inside a transaction:
    a service that holds locks gets no plain text, and the access event must be committed first.
    """
    values = [one for one in dict.fromkeys(sealed) if one is not None]
    if not values:
        return Opened({})
    with transaction.atomic(durable=True):
        keys = _fetch_keys(values, actor, seen_by)
        allowed = {pk for pk, key in keys.items() if _may_open(key, actor, seen_by)}
        opened = frozenset(keys[pk].safe_id for pk in allowed)
        audit.record_access(
            actor=actor,
            kind=kind,
            why=why,
            safes=opened,
            withheld=sum(one.data_key_id not in allowed for one in values),
            seen_by=seen_by,
        )
        if receipt and opened:
            receipt(opened)
    return Opened(_decrypt_all(actor, values, keys, allowed))


def _fetch_keys(values: list[Sealed], *people: Actor | None) -> dict[UUID, DataKey]:
    actors = [one for one in people if one is not None]
    ids = {one.data_key_id for one in values}
    return {key.pk: key for key in queries.keys_with_grants(ids, *actors)}


def _may_open(key: DataKey, actor: Actor, seen_by: Actor | None) -> bool:
    """Whether genuine grants carry every person involved up to the key's tier."""
    grants = _genuine(actor, queries.parse_grants(key.grant_rows))  # type: ignore[attr-defined]
    now = timezone.now()
    reaches = [policies.reach(grants, one, now) for one in (actor, seen_by) if one]
    return all(reach is not None and reach >= Tier(key.tier) for reach in reaches)


def _genuine(actor: Actor, grants: list[policies.GrantRow]) -> list[policies.GrantRow]:
    """Grants that the portal wrote; a forged one confers nothing and is reported."""
    genuine = []
    for grant in grants:
        if grant.is_genuine():
            genuine.append(grant)
        else:
            audit.record_incident(actor=actor, code="forged_grant", grant=grant.pk)
    return genuine


def _decrypt_all(
    actor: Actor, values: list[Sealed], keys: dict[UUID, DataKey], allowed: set[UUID]
) -> dict[Sealed, Any]:
    ciphers: dict[UUID, Any] = {}
    return {one: _decrypt(actor, one, keys, allowed, ciphers) for one in values}


def _decrypt(
    actor: Actor,
    sealed: Sealed,
    keys: dict[UUID, DataKey],
    allowed: set[UUID],
    ciphers: dict[UUID, Any],
) -> Any:
    key = keys.get(sealed.data_key_id)
    if key is None and sealed.is_whole:
        return DESTROYED
    if key is not None and key.pk not in allowed:
        return WITHHELD
    try:
        text = _plain_text(sealed, key, ciphers)
    except VaultError as error:
        audit.record_incident(
            actor=actor, code=error.code, seal_id=sealed.seal_id, row=sealed.row_id
        )
        return DAMAGED
    return json.loads(text) if sealed.is_json else text


def _plain_text(sealed: Sealed, key: DataKey | None, ciphers: dict[UUID, Any]) -> str:
    if key is None:
        raise MovedValue
    if key.pk not in ciphers:
        ciphers[key.pk] = crypto.unwrap(key)
    return crypto.decrypt(ciphers[key.pk], key, sealed).decode()
