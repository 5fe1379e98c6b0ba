"""Who is around somebody and what to beware of, as one reader may know it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kernel.presenting import date_long
from people import matching, queries
from people.around import RESTRICTED_SAFE, Connected, Indicators, Lives, Safety, Surroundings
from people.identity import BirthDateKind
from people.models import IdentitySnapshot
from vault import services as vault

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Excluded:
    """Somebody outside the agencies who must not get the information, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class Warnings:
    """What must be seen before anybody rings, writes, sends or passes on."""

    unsafe: tuple[str, ...] = ()
    excluded: tuple[Excluded, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.unsafe or self.excluded)

    def resembling(self, *names: str) -> tuple[str, ...]:
        """Those who must not get it and who are called much like one of these: it informs only."""
        return tuple(
            one.name
            for one in self.excluded
            if any(matching.resembles(typed, one.name) for typed in names if typed)
        )


_NO_WARNINGS = Warnings()


@dataclass(frozen=True, slots=True, repr=False)
class AroundView:
    """Somebody around a person."""

    name: str
    relation: str
    rows: Rows
    concerns: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class SurroundingsView:
    """Everything around one person, as far as the reader may know it."""

    around: tuple[AroundView, ...] = ()
    concerns: tuple[str, ...] = ()
    warnings: Warnings = _NO_WARNINGS
    hides_something: bool = False


NOTHING_SAID = SurroundingsView()


def surroundings_view(snapshot: IdentitySnapshot, opened: vault.Opened) -> SurroundingsView:
    """What was opened with the person; what is restricted leaves no trace where it is withheld."""
    said = queries.surroundings_of(snapshot)
    records = [(str(one.pk), opened[one.record]) for one in said]
    known = [(key, one) for key, one in records if not isinstance(one, vault.Withheld)]
    hidden = [
        one
        for one in said
        if isinstance(opened[one.record], vault.Withheld) and one.safe.kind != RESTRICTED_SAFE
    ]
    concerns = _concerns([one for _, one in known])
    near = [(key, Connected.from_json(one)) for key, one in known if one["what"] == "AROUND"]
    safeties = [Safety.from_json(one) for _, one in known if one["what"] == "SAFETY"]
    return SurroundingsView(
        around=tuple(_around(one, concerns.get(key, ())) for key, one in near),
        concerns=concerns.get("", ()),
        warnings=_warnings(safeties, [one for _, one in near]),
        hides_something=bool(hidden),
    )


def as_written(said: Surroundings) -> SurroundingsView:
    """The same for an author's own draft, before anything is sealed."""
    return SurroundingsView(
        around=tuple(_around(one, _in_words(one.indicators)) for one in said.connected),
        concerns=_in_words(said.indicators),
        warnings=_warnings([said.safety], said.connected),
    )


def _concerns(records: Iterable[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Concerns by whom they are about: nobody's key stands for the person themselves."""
    found: dict[str, tuple[str, ...]] = {}
    for one in records:
        if one["what"] == "CONCERNS":
            words = _in_words(Indicators.from_json(one))
            found[one["of"]] = (*found.get(one["of"], ()), *words)
    return found


def _in_words(indicators: Indicators) -> tuple[str, ...]:
    coded = (*indicators.concerns, *indicators.restricted)
    return (*(one.label for one in coded), *filter(None, [indicators.words]))


def _warnings(safeties: Iterable[Safety], near: Iterable[Connected]) -> Warnings:
    safeties, near = list(safeties), list(near)
    unsafe = [one.unsafe for one in safeties if one.unsafe]
    unsafe += [f"{one.person.called}: {one.unsafe}" for one in near if one.unsafe]
    excluded = [Excluded(name, one.why) for one in safeties for name in one.excluded]
    excluded += [Excluded(one.person.called, one.excluded_why) for one in near if one.is_excluded]
    return Warnings(tuple(unsafe), tuple(excluded))


def _around(one: Connected, concerns: tuple[str, ...]) -> AroundView:
    relation = one.relationship.label
    if one.relationship_words:
        relation = f"{relation}: {one.relationship_words}"
    rows = tuple((name, value) for name, value in _rows(one) if value)
    return AroundView(one.person.called, relation, rows, concerns)


def _rows(one: Connected) -> Iterable[tuple[str, str]]:
    person = one.person
    estimated = " (estimated)" if person.birth_kind is BirthDateKind.ESTIMATED else ""
    yield "Other names", person.other_names
    yield "Date of birth", date_long(person.born_on) + (estimated if person.born_on else "")
    yield "Age", f"About: {one.age}" if one.age else ""
    yield "Same household", one.in_household.label
    yield "Parental responsibility", one.responsibility.label
    yield "Lives", one.lives.label if one.lives is not Lives.NOT_KNOWN else ""
    yield "Address", person.address
    yield "Also asked about", "Yes" if one.is_asked_about else ""
