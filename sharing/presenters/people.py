"""A person as one reader may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.presenting import date_long, nhs_number
from people.identity import BirthDateKind, Identity, PersonKind
from people.models import IdentitySnapshot
from sharing.presenters.around import NOTHING_SAID, SurroundingsView, Warnings, surroundings_view
from vault import services as vault

WITHHELD_NAME = "Name withheld"


@dataclass(frozen=True, slots=True, repr=False)
class PersonView:
    """Name and particulars where the reader's tier reaches, else only an age band, else nothing."""

    name: str
    kind: str
    particulars: tuple[tuple[str, str], ...]
    is_withheld: bool
    surroundings: SurroundingsView = NOTHING_SAID
    # On the author's own side: the protected address that may be released
    address_id: UUID | None = None

    @property
    def warnings(self) -> Warnings:
        """What must be seen before anybody rings, writes, sends or passes on."""
        return self.surroundings.warnings


def person_view(snapshot: IdentitySnapshot, opened: vault.Opened) -> PersonView:
    """One person from what the vault gave out."""
    identity = opened[snapshot.identity]
    if isinstance(identity, vault.Withheld):
        return _outline(opened[snapshot.outline])
    person = Identity.from_json(identity)
    return PersonView(
        person.called,
        person.kind.label,
        tuple(particulars(person)),
        is_withheld=False,
        surroundings=surroundings_view(snapshot, opened),
    )


def person_views(
    snapshots: Iterable[IdentitySnapshot], opened: vault.Opened
) -> tuple[PersonView, ...]:
    """Several people, in the order in which they came."""
    return tuple(person_view(one, opened) for one in snapshots)


def _outline(outline: Any) -> PersonView:
    """The anonymised view: a kind of person and an age band."""
    if isinstance(outline, vault.Withheld):
        return PersonView(WITHHELD_NAME, "", (), is_withheld=True)
    kind = PersonKind(outline["kind"]).label
    return PersonView(
        WITHHELD_NAME, kind, (("Age", outline["age"].capitalize()),), is_withheld=True
    )


def particulars(person: Identity) -> Iterable[tuple[str, str]]:
    """What is known of somebody beside what to call them, as those who are asked read it."""
    if person.other_names:
        yield "Other names", person.other_names
    if person.born_on:
        yield _birth_label(person), date_long(person.born_on)
    if person.nhs_number:
        yield "NHS number", nhs_number(person.nhs_number)
    if person.address_protected:
        yield "Address", "Protected: not shared"
    elif person.address:
        yield "Address", person.address
    if person.mother:
        yield "Mother", person.mother


def _birth_label(person: Identity) -> str:
    labels = {
        BirthDateKind.DUE: "Due",
        BirthDateKind.ESTIMATED: "Date of birth (estimated)",
    }
    return labels.get(person.birth_kind, "Date of birth")
