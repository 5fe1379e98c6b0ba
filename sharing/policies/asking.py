"""Who may ask, follow what was asked, and look for what is known."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from agencies.models import Desk
from kernel.actors import Actor, Role
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny
from sharing.models import Ask, Request
from sharing.policies.scopes import in_emergency, not_kept_from

_WORKS_WITH_CASES = (Role.PRACTITIONER, Role.DESK_MEMBER, Role.AGENCY_LEAD)


def can_ask(actor: Actor) -> Decision:
    """Everybody who works with families may ask. No clearance is needed: asking protects children."""
    if actor.holds(*_WORKS_WITH_CASES):
        return ALLOW
    return deny(
        "not_practitioner", "Your role does not send requests. Ask a practitioner or your desk."
    )


def can_follow(actor: Actor) -> Decision:
    """Whoever once asked may follow it, whatever their role is now."""
    return ALLOW


def can_find(actor: Actor) -> Decision:
    """Everybody who works with families finds again what their agency was told, as far as they may."""
    if actor.holds(*_WORKS_WITH_CASES):
        return ALLOW
    return deny("not_practitioner", "Your role does not look for people. Ask your desk.")


def can_see_home(actor: Actor) -> Decision:
    """Everybody who acts for an agency has a home page."""
    return ALLOW


def visible_requests(actor: Actor) -> Q:
    """One's own, and those of one's own desk; to read, what one opened in an emergency."""
    own = Q(asked_by=actor.holder_id) | Q(asking_desk__in=actor.desk_ids)
    opened = in_emergency(actor, "dossier", Q(asking_agency=actor.agency_id))
    return (own | opened) & not_kept_from(actor, "dossier")


def can_read_request(actor: Actor, info_request: Request) -> Decision:
    """Whoever sees a request may follow it."""
    return ALLOW


def can_read_own_ask(actor: Actor, ask: Ask) -> Decision:
    """Whoever sees a request may read what each desk answered, as far as the vault gives it."""
    return ALLOW


def desks_are_open(all_open: bool) -> Decision:
    """A desk may close between writing and sending."""
    if all_open:
        return ALLOW
    return deny(WRONG_STATE, "A desk that you chose no longer takes requests. Choose another one.")


def desks_are_genuine(desks: Iterable[Desk]) -> Decision:
    """Under a name that somebody wrote into the database, words would go to the wrong people."""
    if all(desk.is_genuine() and desk.agency.is_genuine() for desk in desks):
        return ALLOW
    return deny(
        "forged_row",
        "The directory's entry of a desk that you chose was changed from outside the portal, so "
        "nothing can be sent there. What you wrote is kept. Ring the agency on a number that you "
        "know, and tell whoever looks after the portal.",
    )
