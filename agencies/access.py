"""How a person becomes an Actor, and the one way a view reaches a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.models import User
from agencies import queries
from agencies.authority import Authority, authority_of
from agencies.models import Membership
from audit import services as audit
from kernel.actors import Actor
from kernel.decisions import Decision, Denied, deny
from vault.emergency import opened_in_emergency

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Hat:
    """One membership that a person may act by."""

    membership: Membership
    actor: Actor


class ActorRequest(HttpRequest):
    """A request by somebody who acts for an agency, as guarded views get it."""

    user: User
    actor: Actor
    acting: Membership
    hats: list[Hat]


_ONLY_READING = deny(
    "only_reading",
    "You opened this in an emergency, and only to read it. Ring your agency’s desk or lead: they act "
    "on it. What you do or say by telephone yourself, you can log.",
)


def actor_for(membership_id: UUID, via: str = "") -> Actor | None:
    """Who acts by this membership as the database stands now; None if it no longer confers power."""
    hats = _hats(queries.live_memberships().filter(pk=membership_id), via)
    return hats[0].actor if hats else None


def hats_of(user_id: UUID) -> list[Hat]:
    """Everything that a person may act as today, by agency: three queries, whatever they find."""
    found = queries.live_memberships().filter(user=user_id)
    return _hats(found.order_by("agency__name", "pk"))


def _hats(found: QuerySet[Membership], via: str = "") -> list[Hat]:
    today = timezone.localdate()
    judged = [(m, authority_of(m, today)) for m in _read(found)]
    for membership, authority in judged:
        _report_forgeries(membership, authority)
    return [Hat(m, _actor(m, a, via)) for m, a in judged if a.roles]


def _read(found: QuerySet[Membership]) -> QuerySet[Any]:
    return queries.with_emergencies(queries.with_kept_from(queries.with_authority(found)))


def _actor(membership: Any, authority: Authority, via: str) -> Actor:
    return Actor(
        user_id=membership.user_id,
        membership_id=membership.pk,
        agency_id=membership.agency_id,
        roles=authority.roles,
        clearance=authority.clearance,
        desk_ids=authority.desk_ids,
        via=via,
        kept_from=frozenset(membership.kept_from),
    )


def reading(hat: Hat) -> Actor:
    """The actor for a look at a page: with the cases that they opened in an emergency.

    Whoever changes something acts by their own right alone. Costs nothing for those who have none.
    """
    safes = getattr(hat.membership, "emergency_safes", [])
    if not safes:
        return hat.actor
    return replace(hat.actor, emergencies=opened_in_emergency(hat.actor, safes))


def _report_forgeries(membership: Membership, authority: Authority) -> None:
    for row in authority.forged:
        audit.record_incident(
            actor=Actor(user_id=membership.user_id, membership_id=membership.pk),
            code="forged_row",
            table=row._meta.label,
            row=row.pk,
        )


def guarded(
    *, load: Callable[[Actor], QuerySet[Any]], policy: Callable[[Actor, Any], Decision]
) -> Callable[[View], View]:
    """Load in the actor's scope (else 404), ask the policy (else 403), then show the page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: ActorRequest, pk: UUID, **rest: Any) -> HttpResponseBase:
            target = load(request.actor).filter(pk=pk).first()
            if target is None:
                _say_if_only_reading(request, load, pk)
                raise Http404
            policy(request.actor, target).require()
            return view(request, target, **rest)

        wrapper.policy = policy  # type: ignore[attr-defined]  # read by the tests of the house
        return wrapper

    return decorate


def _say_if_only_reading(
    request: ActorRequest, load: Callable[[Actor], QuerySet[Any]], pk: UUID
) -> None:
    """Somebody who reads a record in an emergency pressed a button on it: say why it does nothing."""
    actor = reading(Hat(request.acting, request.actor))
    if actor.emergencies and load(actor).filter(pk=pk).exists():
        raise Denied(_ONLY_READING)


def guarded_page(policy: Callable[[Actor], Decision]) -> Callable[[View], View]:
    """Ask the policy (else 403) before a page that is about no single record."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: ActorRequest, **rest: Any) -> HttpResponseBase:
            policy(request.actor).require()
            return view(request, **rest)

        wrapper.policy = policy  # type: ignore[attr-defined]  # read by the tests of the house
        return wrapper

    return decorate
