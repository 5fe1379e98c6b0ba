"""Reading who must not learn of a case, and whom one may name."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from agencies import queries as agencies
from agencies.models import Desk, Membership
from kernel.actors import Actor
from vault.models import Exclusion

MOST_FOUND = 20
# How the directory calls those to turn to where a desk cannot be asked (D42)
_INSTEAD = ("LADO", "designated officer", "front door", "MASH")


def colleagues(
    actor: Actor, agency_ids: Collection[UUID], search: str = ""
) -> QuerySet[Membership]:
    """People of these agencies whose name has every word; never oneself."""
    found = agencies.addressees(actor).filter(agency__in=list(agency_ids))
    others = found.exclude(user_id=actor.member.user_id).select_related("agency")
    return agencies.search_people(others, search)


def chosen_colleagues(actor: Actor, membership_ids: Collection[UUID]) -> list[Membership]:
    """Those whom a draft names, as far as they still take part."""
    found = agencies.addressees(actor).filter(pk__in=list(membership_ids))
    return list(found.select_related("agency"))


def kept_from(dossier_id: UUID) -> list[str]:
    """The names of those who must not learn of a case, for those who may."""
    users = Exclusion.objects.filter(dossier=dossier_id).values("user_id")
    found = User.objects.filter(pk__in=users).order_by("full_name", "pk")
    return list(found.values_list("full_name", flat=True))


def kept_users(dossier_id: UUID) -> set[UUID]:
    """The same by key, to see whom it leaves at a desk."""
    return set(Exclusion.objects.filter(dossier=dossier_id).values_list("user_id", flat=True))


def desks_instead(actor: Actor) -> list[Desk]:
    """The directory's entries for an allegation, or for a child whom nobody else can be asked about."""
    words = Q()
    for word in _INSTEAD:
        words |= Q(name__icontains=word) | Q(agency__name__icontains=word)
    return list(agencies.open_desks(actor).filter(words)[:5])
