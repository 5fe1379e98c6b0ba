"""What an author knows of a person, in the shape of the national Person draft (PUB01).

Nothing is obligatory but something to call the person by: names without a surname, estimated dates
of birth and unborn children are ordinary here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db import models

NHS_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"


class PersonKind(models.TextChoices):
    """What the portal asks about somebody, and how it speaks of them."""

    CHILD = "CHILD", "A child or young person"
    UNBORN = "UNBORN", "An unborn child"
    ADULT = "ADULT", "An adult"


class BirthDateKind(models.TextChoices):
    """How sure the author is of the date: PUB01's accuracy indicator, in words."""

    EXACT = "EXACT", "Exact"
    ESTIMATED = "ESTIMATED", "Estimated"
    DUE = "DUE", "Due date of an unborn child"
    UNKNOWN = "UNKNOWN", "Not known"


_ACCURACY = {BirthDateKind.EXACT: "AAA", BirthDateKind.ESTIMATED: "EEE"}


@dataclass(frozen=True, slots=True)
class Identity:
    """One person as the author of a request knows them. Holds plain text: never log or store it."""

    kind: PersonKind
    first_names: str = ""
    last_name: str = ""
    other_names: str = ""
    birth_kind: BirthDateKind = BirthDateKind.UNKNOWN
    born_on: date | None = None
    nhs_number: str = ""
    address: str = ""
    address_protected: bool = False
    mother: str = ""

    def __repr__(self) -> str:
        return "<Identity>"

    @property
    def called(self) -> str:
        """What to call the person on a page for those who may read it."""
        name = " ".join(part for part in (self.first_names, self.last_name) if part)
        if name or self.other_names:
            return name or self.other_names
        return f"Unborn child of {self.mother}" if self.mother else "Name not known"

    def outline(self, today: date) -> dict[str, Any]:
        """The anonymised view: what kind of person, and an age band that fits many."""
        return {"kind": self.kind.value, "age": self._age_band(today)}

    def to_json(self) -> dict[str, Any]:
        """The sealed form. A protected address is not part of it: it has a safe of its own."""
        record: dict[str, Any] = {"kind": self.kind.value, "name": self._names()}
        if self.born_on and self.birth_kind is BirthDateKind.DUE:
            record["expectedDeliveryDate"] = self.born_on.isoformat()
        elif self.born_on:
            record["dateOfBirth"] = {
                "date": self.born_on.isoformat(),
                "accuracyIndicator": _ACCURACY.get(self.birth_kind, "UUU"),
            }
        if self.nhs_number:
            record["identifier"] = [{"system": NHS_SYSTEM, "value": self.nhs_number}]
        if self.address and not self.address_protected:
            record["address"] = [{"use": "home", "text": self.address}]
        if self.address_protected:
            record["addressProtected"] = True
        if self.mother:
            record["mother"] = self.mother
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """The person back from the sealed form."""
        names = {one["use"]: one for one in record["name"]}
        official = names.get("official", {})
        birth = record.get("dateOfBirth", {})
        due = record.get("expectedDeliveryDate")
        born = due or birth.get("date")
        kinds = {code: kind for kind, code in _ACCURACY.items()}
        kind = kinds.get(birth.get("accuracyIndicator"), BirthDateKind.UNKNOWN)
        return cls(
            kind=PersonKind(record["kind"]),
            first_names=" ".join(official.get("givenName", [])),
            last_name=" ".join(official.get("familyName", [])),
            other_names=names.get("nickname", {}).get("text", ""),
            birth_kind=BirthDateKind.DUE if due else kind,
            born_on=date.fromisoformat(born) if born else None,
            nhs_number=next((i["value"] for i in record.get("identifier", [])), ""),
            address=next((a["text"] for a in record.get("address", [])), ""),
            address_protected=record.get("addressProtected", False),
            mother=record.get("mother", ""),
        )

    def _names(self) -> list[dict[str, Any]]:
        names: list[dict[str, Any]] = []
        if self.first_names or self.last_name:
            official: dict[str, Any] = {"use": "official"}
            official |= {"givenName": [self.first_names]} if self.first_names else {}
            official |= {"familyName": [self.last_name]} if self.last_name else {}
            names.append(official)
        if self.other_names:
            names.append({"use": "nickname", "text": self.other_names})
        return names

    def _age_band(self, today: date) -> str:
        if self.kind is PersonKind.UNBORN or self.birth_kind is BirthDateKind.DUE:
            return "unborn"
        if self.born_on is None:
            return "age not known"
        had_birthday = (today.month, today.day) >= (self.born_on.month, self.born_on.day)
        age = today.year - self.born_on.year - (not had_birthday)
        bands = [(1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"), (18, "16 or 17")]
        return next((words for below, words in bands if age < below), "18 or over")
