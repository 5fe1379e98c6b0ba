"""Events with proof that they stand in the sealed log, for somebody who trusts neither us nor it.

audit/verifier/verify_export.py checks such a file with nothing of the portal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, TextIO
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit import keys, merkle
from audit.models import AccessEvent, AuditEvent, Event, Leaf, RootDelivery, Seal
from audit.statements import Statement, stamp
from audit.verifying import tree

KIND = "isp-portal audit export 1"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which events: all that meet every condition named."""

    agency_id: UUID | None = None
    # The record that changed, or the safe that was opened
    target_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    event_ids: frozenset[UUID] = frozenset()
    # The chain goes on to this seal, whose statement the reader holds
    to_seal: int | None = None

    def facts(self) -> dict[str, object]:
        """For the event that tells of the export."""
        named = {"agency": self.agency_id, "record": self.target_id, "since": self.since,
                 "until": self.until}  # fmt: skip
        return {name: value for name, value in named.items() if value is not None}


@dataclass(slots=True)
class Written:
    """What an export holds."""

    rows: int = 0
    # Chosen, but not sealed yet: they come with the next export
    unsealed: int = 0
    first_seal: Seal | None = None
    last_seal: Seal | None = None
    seals: int = 0
    keys: dict[str, str] = field(default_factory=dict)


def write(chosen: Chosen, out: TextIO) -> Written:
    """Write one JSON object, a seal's leaves in memory at a time."""
    written = Written()
    leaves = Leaf.objects.filter(pk__in=_ids(chosen)).order_by("seal", "position")
    written.unsealed = len(set(_ids(chosen)) - set(leaves.values_list("pk", flat=True)))
    chain = _chain(leaves, chosen.to_seal)
    out.write(f'{{"kind":{json.dumps(KIND)},"made_at":"{stamp(timezone.now())}",\n"rows":[')
    _write_all(out, _rows(leaves | _announcements(chain), written))
    out.write('],\n"seals":[')
    _write_all(out, _statements(chain, written))
    written.keys = _public_keys(chain)
    out.write(f'],\n"keys":{json.dumps(written.keys)}}}\n')
    return written


def _ids(chosen: Chosen) -> list[UUID]:
    """The ids of both logs' events that were chosen."""
    conditions = _common(chosen)
    changes = Q(target_id=chosen.target_id) if chosen.target_id else Q()
    looks = Q(safes__contains=[chosen.target_id]) if chosen.target_id else Q()
    found: list[QuerySet[Event, UUID]] = [
        AuditEvent.objects.filter(conditions & changes).values_list("pk", flat=True),
        AccessEvent.objects.filter(conditions & looks).values_list("pk", flat=True),
    ]
    return [pk for log in found for pk in log]


def _common(chosen: Chosen) -> Q:
    named = {
        "agency_id": chosen.agency_id,
        "at__gte": chosen.since,
        "at__lt": chosen.until,
        "pk__in": chosen.event_ids or None,
    }
    return Q(**{name: value for name, value in named.items() if value is not None})


def _chain(leaves: QuerySet[Leaf], to_seal: int | None) -> QuerySet[Seal]:
    """From the first seal concerned to the first after the last one whose root left the machine."""
    first, last = leaves.first(), leaves.last()
    if first is None or last is None:
        return Seal.objects.none()
    outside = RootDelivery.objects.filter(seal__gte=last.seal_id).order_by("seal").first()
    end = to_seal or (outside.seal_id if outside else None)
    seals = Seal.objects.filter(number__gte=first.seal_id).order_by("number")
    return seals.filter(number__lte=max(end, last.seal_id)) if end else seals


def _announcements(chain: QuerySet[Seal]) -> QuerySet[Leaf]:
    """The events by which one key of this chain announces the next."""
    used = set(chain.order_by().values_list("key_id", flat=True).distinct())
    if len(used) < 2:
        return Leaf.objects.none()
    events = AuditEvent.objects.filter(event="audit.sealing_key_changed", facts__key__in=used)
    first = chain[0].number
    return Leaf.objects.filter(pk__in=list(events.values_list("pk", flat=True)), seal__gte=first)


def _rows(leaves: QuerySet[Leaf], written: Written) -> Iterator[dict[str, Any]]:
    places = leaves.order_by("seal", "position").values_list("seal_id", "position")
    for number, group in groupby(places.iterator(), lambda place: place[0]):
        of_seal = {row.position: row for row in tree.rows(number, number)}
        hashes = [row.hash for row in of_seal.values()]
        for _, position in group:
            written.rows += 1
            yield _row(of_seal[position], hashes)


def _row(row: tree.Row, hashes: list[bytes]) -> dict[str, Any]:
    return {
        "log": row.log,
        "id": row.id,
        "seal": row.seal,
        "position": row.position,
        "text": row.text,
        "proof": [one.hex() for one in merkle.proof(hashes, row.position)],
    }


def _statements(chain: QuerySet[Seal], written: Written) -> Iterator[dict[str, Any]]:
    for seal in chain.iterator(chunk_size=1000):
        written.first_seal = written.first_seal or seal
        written.last_seal = seal
        written.seals += 1
        yield json.loads(Statement.of(seal).line())


def _public_keys(chain: QuerySet[Seal]) -> dict[str, str]:
    used = set(chain.order_by().values_list("key_id", flat=True).distinct())
    encoding = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    found = keys.public_keys().items()
    return {name: key.public_bytes(*encoding).decode() for name, key in found if name in used}


def _write_all(out: TextIO, objects: Iterable[dict[str, Any]]) -> None:
    between = "\n"
    for one in objects:
        out.write(between + json.dumps(one, separators=(",", ":")))
        between = ",\n"
