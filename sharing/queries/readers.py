"""Whom a sender may name, found by what they are called: nobody scrolls through a partnership."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies import queries as agencies
from agencies.models import Desk, Membership
from kernel.actors import Actor
from sharing.states import RecipientKind

MOST = 25


def find_readers(actor: Actor, search: str) -> dict[str, str]:
    """Names by holder: desks and people in whose name or agency every word is. Desks first."""
    words = search.split()
    if not words:
        return {}
    desks, people = agencies.open_desks(actor), agencies.addressees(actor)
    for word in words:
        agency = Q(agency__name__icontains=word) | Q(agency__short_name__icontains=word)
        desks = desks.filter(agency | Q(name__icontains=word))
        people = people.filter(agency | Q(user__full_name__icontains=word))
    return _names(desks[:MOST], people[:MOST])


def readers_named(actor: Actor, holders: Collection[UUID]) -> dict[str, str]:
    """Names of those who were chosen before, or now."""
    desks = agencies.open_desks(actor).filter(pk__in=holders)
    people = agencies.addressees(actor).filter(pk__in=holders)
    return _names(desks, people)


def _names(desks: QuerySet[Desk], people: QuerySet[Membership]) -> dict[str, str]:
    return {
        f"{RecipientKind.DESK}:{one.pk}": f"Everybody at {one.agency.name}, {one.name}"
        for one in desks
    } | {
        f"{RecipientKind.PERSON}:{one.pk}": f"{one.user.full_name}, {one.agency.name}"
        for one in people
    }
