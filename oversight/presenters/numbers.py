"""Where somebody can be rung: by a desk's number, for nobody's own is on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from agencies.models import Desk, Membership
from oversight.queries.recipients import Recipients


@dataclass(frozen=True, slots=True)
class Number:
    """Where somebody can be rung."""

    whose: str
    phone: str
    out_of_hours: str
    agency_url: str


def desk_name(desk: Desk) -> str:
    return f"{desk.agency.short_name}, {desk.name}"


def numbers_of(member: Membership | None, known: Recipients) -> tuple[Number, ...]:
    """By way of their agency's desks: nobody's own number is on record."""
    return numbers(known.desks_of.get(member.agency_id, [])) if member else ()


def numbers(desks: Iterable[Desk | None]) -> tuple[Number, ...]:
    return tuple(
        Number(
            desk_name(desk),
            desk.phone,
            desk.out_of_hours,
            reverse("agencies:agency", args=[desk.agency_id]),
        )
        for desk in desks
        if desk
    )
