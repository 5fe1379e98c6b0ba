"""Saying later what those who act must beware of, and reading it before one acts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from kernel.actors import Actor
from people import queries as people
from people.around import Safety
from people.models import IdentitySnapshot, Surrounding
from people.services import add_safety
from vault import services as vault


@transaction.atomic
def warn(*, actor: Actor, snapshot: IdentitySnapshot, safety: Safety) -> Surrounding:
    """Tell everybody who was told of a person how they must not be reached, and who must not learn."""
    return add_safety(actor=actor, snapshot=snapshot, safety=safety)


def open_people(
    *, actor: Actor, snapshots: Iterable[IdentitySnapshot], why: vault.Why
) -> vault.Opened:
    """Who people are, with what to beware of: for a page on which somebody is about to act.

    Opens the vault, so it runs outside any transaction.
    """
    sealed = [
        value for one in people.with_surroundings(snapshots) for value in people.sealed_of(one)
    ]
    return vault.open(actor, why, *sealed)
