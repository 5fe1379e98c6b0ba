"""The one door: need to know is checked, the look is on record and committed, then text comes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NoReturn
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit import services as audit
from audit.models import AccessKind
from kernel.actors import Actor
from vault import crypto, policies, queries
from vault.errors import HostLacksKey, NotAValue, UnknownDataKey, VaultError
from vault.policies import GrantRow
from vault.queries import FetchedKey, KeysAndGrants
from vault.sealed import DAMAGED, DESTROYED, UNAVAILABLE, WITHHELD, Sealed

# Below every tier: what somebody without a grant reaches
_NOTHING = 0


class Why(StrEnum):
    """The coded reason of a look. Nobody types one: the page knows why it opens."""

    WRITING = "WRITING"  # an author at their own draft
    CHECKING = "CHECKING"  # an author before sending
    FOLLOWING = "FOLLOWING"  # following up what one's own agency sent
    QUEUE = "QUEUE"  # names in a list of work
    ANSWERING = "ANSWERING"  # a desk answering what it was asked
    READING = "READING"  # an addressee reading what was shared
    SETTLING = "SETTLING"  # settling a disagreement about a request
    FINDING = "FINDING"  # names of records that somebody searched for
    ADVISING = "ADVISING"  # a question to the designated lead, and the advice
    REVIEWING = "REVIEWING"  # why somebody opened a case in an emergency, and the review of that
    INCIDENT = "INCIDENT"  # what went wrong, by those who answer for it


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

    def __reduce__(self) -> NoReturn:
        raise TypeError("what was opened does not leave the process")


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
    wanted = {one: one.data_key_id for one in sealed if one is not None}
    if not wanted:
        return Opened({})
    people = [one for one in (actor, seen_by) if one]
    with transaction.atomic(durable=True):
        found = queries.keys_and_grants(set(wanted.values()), people)
        allowed = _allowed(actor, people, found)
        gone = _gone(wanted, found)
        opened = frozenset(found.keys[pk].safe_id for pk in allowed)
        audit.record_access(
            actor=actor,
            kind=kind,
            why=why,
            safes=opened,
            withheld=sum(pk not in allowed for pk in wanted.values()),
            seen_by=seen_by,
        )
        if receipt and opened:
            receipt(opened)
    return Opened(_Look(actor, found.keys, allowed, gone).open(wanted))


def _allowed(actor: Actor, people: list[Actor], found: KeysAndGrants) -> set[UUID]:
    """The keys that genuine grants let everybody involved use."""
    now = timezone.now()
    reaches = {}
    for safe, grants in found.grants.items():
        genuine = _genuine(actor, grants)
        everybody = [policies.reach(genuine, one, now) for one in people]
        reaches[safe] = min((one or _NOTHING for one in everybody), default=_NOTHING)
    return {pk for pk, key in found.keys.items() if key.tier <= reaches[key.safe_id]}


def _genuine(actor: Actor, grants: list[GrantRow]) -> list[GrantRow]:
    """Grants that the portal wrote; a forged one confers nothing and is reported."""
    genuine = []
    for grant in grants:
        if grant.is_genuine():
            genuine.append(grant)
        else:
            audit.record_incident(actor=actor, code="forged_grant", grant=grant.pk)
    return genuine


def _gone(wanted: dict[Sealed, UUID], found: KeysAndGrants) -> set[UUID]:
    """The ids of keys that were destroyed. Nearly always all were found, and nothing is asked."""
    missing = set(wanted.values()) - found.keys.keys()
    return queries.destroyed(missing) if missing else set()


class _Look:
    """One look at a page of values: each comes out as its text or as a marker."""

    def __init__(
        self, actor: Actor, keys: dict[UUID, FetchedKey], allowed: set[UUID], gone: set[UUID]
    ) -> None:
        self._actor = actor
        self._keys = keys
        self._allowed = allowed
        self._gone = gone
        self._keks = crypto.KeyEncryption()
        self._ciphers: dict[UUID, AESGCM] = {}
        self._lacking: set[str] = set()

    def open(self, wanted: dict[Sealed, UUID]) -> dict[Sealed, Any]:
        return {sealed: self._text_or_marker(sealed, key_id) for sealed, key_id in wanted.items()}

    def _text_or_marker(self, sealed: Sealed, key_id: UUID) -> Any:
        if key_id in self._keys and key_id not in self._allowed:
            return WITHHELD
        if key_id in self._gone:
            return DESTROYED
        try:
            text = self._decrypt(sealed, key_id)
        except HostLacksKey as error:
            self._report_lacking(error, self._keys[key_id].kek_id)
            return UNAVAILABLE
        except VaultError as error:
            self._report(error, seal_id=sealed.seal_id, row=sealed.row_id)
            return DAMAGED
        return json.loads(text) if sealed.is_json else text

    def _decrypt(self, sealed: Sealed, key_id: UUID) -> str:
        if not sealed.is_whole:
            raise NotAValue
        key = self._keys.get(key_id)
        if key is None:
            raise UnknownDataKey
        if key_id not in self._ciphers:
            self._ciphers[key_id] = crypto.unwrap(key, self._keks)
        return crypto.decrypt(self._ciphers[key_id], key, sealed).decode()

    def _report_lacking(self, error: VaultError, kek_id: str) -> None:
        """Once for each key, not for each value: such a host can read next to nothing."""
        if kek_id not in self._lacking:
            self._lacking.add(kek_id)
            self._report(error, kek=kek_id, host=settings.HOST_NAME)

    def _report(self, error: VaultError, **facts: object) -> None:
        audit.record_incident(actor=self._actor, code=error.code, **facts)
