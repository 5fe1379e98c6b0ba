"""Who may give a protected address away."""

from __future__ import annotations

from django.db.models import Q

from kernel.actors import Actor
from kernel.decisions import ALLOW, Decision, deny
from kernel.tiers import Tier
from people.models import ProtectedAddress
from sharing.policies.scopes import not_kept_from


def visible_addresses(actor: Actor) -> Q:
    """The author's own side alone: who asked or shared, and the desk behind them."""
    asked, given = "snapshot__subject__request", "snapshot__subject__share"
    own = Q(**{f"{asked}__asked_by": actor.holder_id})
    own |= Q(**{f"{asked}__asking_desk__in": actor.desk_ids})
    own |= Q(**{f"{given}__shared_by": actor.holder_id})
    own |= Q(**{f"{given}__from_desk__in": actor.desk_ids})
    return own & not_kept_from(actor, "safe__dossier")


def visible_releases(actor: Actor) -> Q:
    """Whoever an address was released to, in person or at a desk, unless it was withdrawn."""
    mine = Q(membership=actor.holder_id) | Q(desk__in=actor.desk_ids)
    living = Q(grant__revocation=None)
    return mine & living & not_kept_from(actor, "address__safe__dossier")


def can_release(actor: Actor, address: ProtectedAddress, reach: Tier | None) -> Decision:
    """Nobody gives an address that they could not read themselves."""
    if reach is not None and reach >= Tier.SENSITIVE:
        return ALLOW
    return deny(
        "beyond_own_reach",
        "You are not authorised for sensitive information, so you cannot release this address. "
        "Ask whoever sent the request, or a colleague at your desk.",
    )


def can_see_release(actor: Actor, release: object) -> Decision:
    """Whoever it was released to may look; each look is on record."""
    return ALLOW
