"""Sealing who somebody is, and tying records about the same person together."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit import services as audit
from kernel.actors import Actor
from kernel.keys import Purpose, ring
from kernel.tiers import Tier
from people import queries, tokens
from people.identity import BirthDateKind, Identity
from people.matching import Wanted
from people.models import AgencyToken, IdentitySnapshot, Person, PersonToken, ProtectedAddress
from vault import services as vault
from vault.models import Dossier


@transaction.atomic
def take_snapshot(
    *,
    actor: Actor,
    dossier: Dossier,
    identity: Identity,
    readers: Iterable[vault.Reader],
    own_readers: Iterable[vault.Reader],
) -> IdentitySnapshot:
    """Seal one person for the readers; a protected address only for the author's own side."""
    safe = vault.create_safe(actor=actor, dossier=dossier, kind="IDENTITY", readers=readers)
    snapshot = IdentitySnapshot(person=thread_of(identity), safe=safe, kind=identity.kind)
    sealer = vault.Sealer(safe, actor=actor)
    outline = identity.outline(timezone.localdate())
    sealer.seal(safe, snapshot, Tier.ANONYMISED, outline=outline)
    sealer.seal(safe, snapshot, Tier.PERSONAL, identity=identity.to_json())
    snapshot.save(force_insert=True)
    if identity.address and identity.address_protected:
        _protect_address(actor, dossier, snapshot, identity.address, own_readers)
    return snapshot


def _protect_address(
    actor: Actor,
    dossier: Dossier,
    snapshot: IdentitySnapshot,
    address: str,
    readers: Iterable[vault.Reader],
) -> None:
    safe = vault.create_safe(actor=actor, dossier=dossier, kind="ADDRESS", readers=readers)
    row = ProtectedAddress(snapshot=snapshot, safe=safe)
    vault.Sealer(safe, actor=actor).seal(safe, row, Tier.SENSITIVE, address=address)
    row.save(force_insert=True)


@transaction.atomic
def make_findable(
    *, actor: Actor, found_by: Iterable[tuple[IdentitySnapshot, Identity, Collection[UUID]]]
) -> None:
    """Let each of the agencies find the person again; what it has already is left as it is."""
    found_by = list(found_by)
    if not found_by:
        return
    key_id = tokens.newest_key_id()
    rows = [
        AgencyToken(agency_id=agency_id, snapshot=one, kind=kind, key_id=key_id, token=token)
        for one, identity, agencies in found_by
        for agency_id in agencies
        for kind, token in tokens.blind(agency_id, key_id, tokens.codes_of(identity))
    ]
    AgencyToken.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def search(*, actor: Actor, wanted: Wanted) -> queries.Hits:
    """Look through the records of one's own agency, on record: what was typed never is."""
    hits = queries.find(actor, wanted)
    audit.record(
        "people.searched",
        actor=actor,
        words=len(wanted.words),
        has_date=wanted.born_on is not None,
        has_number=bool(wanted.nhs_number),
        found=len(hits.found),
    )
    return hits


def thread_of(identity: Identity) -> Person:
    """The person's thread: an NHS number with an exact date of birth finds it, nothing else does."""
    if not identity.nhs_number or not identity.born_on:
        return Person.objects.create()
    if identity.birth_kind is not BirthDateKind.EXACT:
        return Person.objects.create()
    key = ring().newest(Purpose.TOKEN)
    text = f"{identity.nhs_number}|{identity.born_on.isoformat()}"
    token = hmac.digest(key.material, text.encode(), hashlib.sha256)
    return _thread_by_token(key.id, token)


def _thread_by_token(key_id: str, token: bytes) -> Person:
    columns = {"kind": PersonToken.Kind.NHS_AND_BIRTH, "key_id": key_id, "token": token}
    found = PersonToken.objects.filter(**columns).select_related("person").first()
    if found:
        return found.person
    person = Person.objects.create()
    try:
        with transaction.atomic():
            PersonToken.objects.create(person=person, **columns)
    except IntegrityError:  # somebody else began the thread at the same moment
        return PersonToken.objects.select_related("person").get(**columns).person
    return person
