"""What a question to the designated lead may be asked beside: a draft, a desk's ask, one's own request."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from guidance import matters
from guidance.matters import Matter
from kernel.actors import Actor
from people.identity import Identity
from people.models import IdentitySnapshot
from sharing import queries, services
from sharing.models import Ask, Draft, Request
from vault import queries as vault_queries
from vault import services as vault


def register() -> None:
    """Called once the apps are ready."""
    for finder in (_draft, _ask, _request):
        matters.register(finder)


def _draft(actor: Actor, matter_id: UUID) -> Matter | None:
    draft = queries.request_drafts(actor).select_related("safe").filter(pk=matter_id).first()
    if draft is None:
        return None
    names = partial(_names_in_draft, actor, draft)
    return Matter(draft.pk, "", names, _kept_out(draft.safe.dossier_id))


def _ask(actor: Actor, matter_id: UUID) -> Matter | None:
    ask = queries.with_subjects(queries.asks(actor)).filter(pk=matter_id).first()
    if ask is None:
        return None
    names = partial(_names_asked_about, actor, ask)
    return Matter(ask.pk, ask.request.reference, names, _kept_out(ask.request.dossier_id))


def _request(actor: Actor, matter_id: UUID) -> Matter | None:
    sent = queries.requests_with_progress(actor).filter(pk=matter_id).first()
    if sent is None:
        return None
    names = partial(_names_in_request, actor, sent)
    return Matter(sent.pk, sent.reference, names, _kept_out(sent.dossier_id))


def _kept_out(dossier_id: UUID) -> frozenset[UUID]:
    return frozenset(vault_queries.kept_from_case(dossier_id))


def _names_in_draft(actor: Actor, draft: Draft) -> list[str]:
    """As typed so far, of the people it is about and of those around them."""
    content = services.read_draft(actor=actor, draft=draft).content
    written = [*content.get("people", []), *content.get("around", [])]
    return [
        text
        for one in written
        for box in ("first_names", "last_name", "other_names")
        for text in one["typed"].get(box, [])
    ]


def _names_asked_about(actor: Actor, ask: Ask) -> list[str]:
    snapshots = [one.subject.snapshot for one in ask.about.all()]
    return _names(actor, snapshots, vault.Why.ANSWERING)


def _names_in_request(actor: Actor, sent: Request) -> list[str]:
    snapshots = [one.snapshot for one in sent.subjects.all()]
    return _names(actor, snapshots, vault.Why.FOLLOWING)


def _names(actor: Actor, snapshots: list[IdentitySnapshot], why: vault.Why) -> list[str]:
    opened = services.open_names(actor=actor, snapshots=snapshots, why=why)
    known = [opened[one.identity] for one in snapshots]
    people = [Identity.from_json(one) for one in known if one]
    return [f"{one.first_names} {one.last_name} {one.other_names}" for one in people]
