"""Who may share unasked, and log what passed beside the portal."""

from __future__ import annotations

from django.db.models import Q

from kernel.actors import Actor
from kernel.decisions import ALLOW, Decision, deny
from sharing.policies.asking import can_ask
from sharing.policies.scopes import in_emergency, not_kept_from


def can_share(actor: Actor) -> Decision:
    """Everybody who works with families may give what protects a child, asked or not."""
    if can_ask(actor):
        return ALLOW
    return deny(
        "not_practitioner", "Your role does not share information. Ask a practitioner or your desk."
    )


def can_log(actor: Actor) -> Decision:
    """What happened is put on record by whoever it happened to (D28)."""
    if can_ask(actor):
        return ALLOW
    return deny(
        "not_practitioner", "Your role does not log calls. Ask a practitioner or your desk."
    )


def visible_shares(actor: Actor) -> Q:
    """What one gave unasked or logged, and one's own desk; to read, what one opened in an emergency."""
    own = Q(shared_by=actor.holder_id) | Q(from_desk__in=actor.desk_ids)
    opened = in_emergency(actor, "dossier", Q(from_agency=actor.agency_id))
    return (own | opened) & not_kept_from(actor, "dossier")


def can_read_share(actor: Actor, share: object) -> Decision:
    """Whoever sees what their side gave may read it, as far as the vault gives it."""
    return ALLOW


def something_is_given(has_people: bool, has_items: bool, has_recipients: bool) -> Decision:
    """A share without a person, a word or a reader is none."""
    if has_people and has_items and has_recipients:
        return ALLOW
    return deny("incomplete", "Say whom it is about, what you share, and with whom.")
