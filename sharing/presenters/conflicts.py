"""Who must not learn of a case, and what that leaves at the desks that are asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from agencies.models import Desk, Membership
from sharing.presenters.desks import desk_name


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a draft keeps from the case."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Directory:
    """Who sits at each desk, who leads each agency, and where else one may turn."""

    seated: Mapping[UUID, Sequence[Membership]]
    leads: Mapping[UUID, Sequence[Membership]]
    open_desks: Sequence[Desk]
    instead: Sequence[Desk]


def named(members: Iterable[Membership]) -> list[Named]:
    """Those whom a draft names."""
    return [Named(one.pk, f"{one.user.full_name}, {one.agency.short_name}") for one in members]


def left_alone(desks: Iterable[Desk], kept: Collection[UUID], book: Directory) -> list[str]:
    """For each desk where nobody is left to see the request, what to do instead. It blocks nothing."""
    return [_advice(one, kept, book) for one in desks if _nobody_left(one, kept, book)]


def _nobody_left(desk: Desk, kept: Collection[UUID], book: Directory) -> bool:
    users = {one.user_id for one in book.seated.get(desk.pk, ())}
    return bool(users) and users <= set(kept)


def _advice(desk: Desk, kept: Collection[UUID], book: Directory) -> str:
    others = [one.name for one in book.open_desks if _is_beside(one, desk)]
    leads = [
        one.user.full_name
        for one in book.leads.get(desk.agency_id, ())
        if one.user_id not in set(kept)
    ]
    instead = [desk_name(one) for one in book.instead if one.agency_id != desk.agency_id]
    ways = [f"ask another desk of that agency ({', '.join(others)})"] if others else []
    ways += [f"ring its lead ({', '.join(leads)})"] if leads else []
    ways.append(
        "ask the local authority designated officer (LADO) or the front door instead"
        + (f" ({', '.join(instead)})" if instead else "")
    )
    return (
        f"{desk_name(desk)}: nobody there would see this request, because everybody at the desk "
        f"must not learn of it. You can: {'; '.join(ways)}. You may still send it."
    )


def _is_beside(one: Desk, desk: Desk) -> bool:
    return one.agency_id == desk.agency_id and one.pk != desk.pk
