"""Writing step by step: each save is a new sealed version of the whole draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies import queries as agencies
from agencies.models import Desk
from audit import services as audit
from kernel.actors import Actor
from kernel.decisions import Denied
from kernel.tiers import Tier
from sharing import policies, queries
from sharing.models import Ask, Draft, DraftVersion
from sharing.states import DRAFT_WORKFLOW, DraftKind, DraftStatus
from vault import services as vault

Content = dict[str, Any]

# Each try fails only because somebody else's save went through
TRIES = 5


class StaleDraft(Exception):
    """Somebody, or another tab, saved in between: read again and apply the change to that."""


class Page(NamedTuple):
    """A draft's content and the version it was read at."""

    content: Content
    number: int


@transaction.atomic
def begin_request(*, actor: Actor) -> Draft:
    """Start writing a request."""
    policies.can_ask(actor).require()
    draft = _begin(actor, DraftKind.REQUEST, desk=own_desk(actor), ask=None)
    audit.record("sharing.draft.begun", actor=actor, target=draft, kind=draft.kind)
    return draft


@transaction.atomic
def begin_share(*, actor: Actor) -> Draft:
    """Start writing something to share unasked."""
    policies.can_share(actor).require()
    draft = _begin(actor, DraftKind.SHARE, desk=own_desk(actor), ask=None)
    audit.record("sharing.draft.begun", actor=actor, target=draft, kind=draft.kind)
    return draft


@transaction.atomic
def begin_answer(*, actor: Actor, ask_id: UUID) -> Draft:
    """Start answering, or go on with what somebody at the desk began."""
    ask = queries.asks(actor).select_for_update(of=("self",)).get(pk=ask_id)
    policies.can_answer(actor, ask).require()
    begun = queries.drafts(actor).filter(ask=ask, status=DraftStatus.OPEN).first()
    if begun:
        return begun
    draft = _begin(actor, DraftKind.ANSWER, desk=ask.desk, ask=ask)
    audit.record("sharing.draft.begun", actor=actor, target=draft, kind=draft.kind)
    return draft


def _begin(actor: Actor, kind: DraftKind, *, desk: Desk | None, ask: Ask | None) -> Draft:
    dossier = vault.create_dossier(actor=actor, kind=f"sharing.draft.{kind.lower()}")
    readers = own_readers(desk)
    safe = vault.create_safe(actor=actor, dossier=dossier, kind="DRAFT", readers=readers)
    return Draft.objects.create(
        kind=kind, author_id=actor.member.membership_id, desk=desk, ask=ask, safe=safe
    )


def read_draft(*, actor: Actor, draft: Draft) -> Page:
    """What was last saved. Opens the vault, so it runs outside any transaction."""
    version = queries.latest_version(draft)
    if version is None:
        return Page({}, 0)
    opened = vault.open(actor, vault.Why.WRITING, version.content)
    content = opened[version.content]
    if isinstance(content, vault.Withheld):
        policies.cannot_read_draft().require()
    return Page(content, version.number)


@transaction.atomic
def save_draft(*, actor: Actor, draft_id: UUID, content: Content, after: int) -> DraftVersion:
    """Seal the whole draft as the version after the one that was read; raises StaleDraft."""
    draft = queries.drafts(actor).select_related("safe").get(pk=draft_id)
    policies.can_edit_draft(actor, draft).require()
    version = DraftVersion(draft=draft, number=after + 1)
    sealer = vault.Sealer(draft.safe, actor=actor)
    sealer.seal(draft.safe, version, Tier.SENSITIVE, content=content)
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as error:
        if "sharing_draft_versions_are_numbered_once" not in str(error):
            raise
        raise StaleDraft from None
    return version


def edit_draft(*, actor: Actor, draft: Draft, change: Callable[[Content], Content]) -> Content:
    """Change the draft as it now stands: what a colleague or another tab saved meanwhile is kept.

    Opens the vault, so it runs outside any transaction.
    """
    for _ in range(TRIES):
        page = read_draft(actor=actor, draft=draft)
        content = change(page.content)
        try:
            save_draft(actor=actor, draft_id=draft.pk, content=content, after=page.number)
        except StaleDraft:
            continue
        return content
    raise Denied(policies.draft_keeps_changing())


@transaction.atomic
def discard_draft(*, actor: Actor, draft_id: UUID) -> Draft:
    """Give a draft up. It is kept like any other record until its retention ends."""
    draft = queries.drafts(actor).select_for_update(of=("self",)).get(pk=draft_id)
    policies.can_edit_draft(actor, draft).require()
    DRAFT_WORKFLOW.apply("discard", draft, ended_at=timezone.now())
    audit.record("sharing.draft.discarded", actor=actor, target=draft)
    return draft


def own_desk(actor: Actor) -> Desk | None:
    """The desk that stands behind what the actor sends: their own, else their agency's first."""
    desks = agencies.open_desks(actor).filter(agency=actor.agency_id)
    return desks.filter(pk__in=actor.desk_ids).first() or desks.first()


def own_readers(desk: Desk | None) -> list[vault.Reader]:
    """The author's own desk beside the author, so that a leaver strands nothing."""
    if desk is None:
        return []
    return [vault.Reader.desk(desk.pk, Tier.SENSITIVE, vault.GrantReason.OWN_DESK)]
