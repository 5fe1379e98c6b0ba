"""A few people around one letter: its author, who it is for, and who it is not for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from kernel.actors import Actor
from kernel.ids import new_id
from kernel.tiers import Tier
from tests import database
from tests.vault import sample
from tests.vault.keys import Custodian, own_ring
from tests.vault.sample import Letter
from vault import services as vault
from vault.models import Dossier, GrantReason, Safe
from vault.services import Opened, Reader, Sealed, Why

WORDS = "Aaliyah told her teacher that she sleeps in the car"
NOTES = {"seen": ["Mrs O'Brien"], "times": 2}


@pytest.fixture(scope="session", autouse=True)
def _letter_table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        sample.make_table()


def a_person(*, clearance: Tier = Tier.SENSITIVE, desk: Any = None, agency: Any = None) -> Actor:
    return Actor(
        user_id=new_id(),
        membership_id=new_id(),
        agency_id=agency or new_id(),
        clearance=clearance,
        desk_ids=frozenset({desk} if desk else ()),
    )


def member(actor: Actor) -> UUID:
    """The membership by which a person acts."""
    assert actor.membership_id is not None
    return actor.membership_id


@dataclass(frozen=True)
class People:
    """The author wrote it to a desk, and named one person there."""

    author: Actor
    desk_member: Actor
    uncleared_desk_member: Actor
    named: Actor
    outsider: Actor


@pytest.fixture
def people() -> People:
    desk = new_id()
    agency = new_id()
    return People(
        author=a_person(clearance=Tier.ANONYMISED),
        desk_member=a_person(desk=desk, agency=agency),
        uncleared_desk_member=a_person(desk=desk, agency=agency, clearance=Tier.PERSONAL),
        named=a_person(agency=agency, clearance=Tier.ANONYMISED),
        outsider=a_person(),
    )


@pytest.fixture
def readers(people: People) -> list[Reader]:
    (desk,) = people.desk_member.desk_ids
    return [
        Reader.desk(desk, Tier.SENSITIVE),
        Reader.person(member(people.named), Tier.SENSITIVE),
    ]


def author_of(safe: Safe) -> Actor:
    """Whoever began the safe."""
    return Actor(membership_id=safe.grants.get(reason=GrantReason.AUTHOR).holder_id)


def write(
    safe: Safe, *, tier: Tier = Tier.SENSITIVE, body: str = WORDS, notes: Any = None
) -> Letter:
    """Seal one letter, as a service of an app above would."""
    with transaction.atomic():
        letter = Letter(safe=safe)
        vault.Sealer(safe, actor=author_of(safe)).seal(safe, letter, tier, body=body, notes=notes)
        letter.save(force_insert=True)
    return letter


@pytest.fixture
def dossier(db: None, people: People) -> Dossier:
    return vault.create_dossier(actor=people.author, kind="SAMPLE")


@pytest.fixture
def safe(dossier: Dossier, people: People, readers: list[Reader]) -> Safe:
    return vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=readers)


@pytest.fixture
def letter(safe: Safe) -> Letter:
    return write(safe, notes=NOTES)


def look(actor: Actor, *sealed: Sealed | None, **options: Any) -> Opened:
    return vault.open(actor, Why.READING, *sealed, **options)


def body_for(actor: Actor, letter: Letter) -> Any:
    """What the actor gets of a letter as it stands in the database."""
    stored = Letter.objects.get(pk=letter.pk)
    return look(actor, stored.body)[stored.body]


@pytest.fixture
def destroy(transactional_db: None) -> Callable[[Dossier], None]:
    """Destroy in the disposer's role, as the retention worker does."""

    def run(dossier: Dossier) -> None:
        with database.acting_as("disposer"):
            vault.destroy_dossier(actor=Actor.system("purge"), dossier=dossier)

    return run


@pytest.fixture
def with_clearance() -> Callable[[Actor, Tier], Actor]:
    return lambda actor, tier: replace(actor, clearance=tier)


@pytest.fixture
def sql(db: None) -> Callable[..., None]:
    """SQL in the application's role: what somebody could do who took over the web process's database."""

    def run(statement: str, *values: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    return run


@pytest.fixture
def custodian(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[Custodian]:
    """Somebody who exchanges key-encryption keys, on a copy of the ring."""
    with own_ring(tmp_path / "ring", settings) as custodian:
        yield custodian
