"""Files beside a request or an answer, as one reader may know them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.template.defaultfilters import filesizeformat

from kernel.actors import Actor
from kernel.harmless import ENDINGS
from kernel.tiers import Tier
from sharing import policies, services
from sharing.models import Attachment
from sharing.states.papers import AttachmentStatus, Problem
from vault import services as vault
from vault.files.manifest import Manifest

_GONE = "The file that you uploaded"


@dataclass(frozen=True, slots=True, repr=False)
class AttachmentView:
    """One file. Its name is somebody's words."""

    id: UUID
    name: str
    what: str
    tier: Tier
    status: str
    is_ready: bool
    is_checking: bool
    problem: str
    added_by: str
    added_at: datetime
    may_remove: bool


def attachment_views(
    actor: Actor, attachments: Iterable[Attachment], opened: vault.Opened
) -> tuple[AttachmentView, ...]:
    """Files that the reader may open, as services.open_attachments gave out; no trace of others."""
    found = [(one, opened[services.file_of(one)]) for one in attachments]
    return tuple(_view(actor, one, facts) for one, facts in found if facts is not vault.WITHHELD)


def _view(actor: Actor, attachment: Attachment, facts: object) -> AttachmentView:
    known = vault.file_facts(facts)
    is_gone = isinstance(known, vault.Withheld)
    status = AttachmentStatus(attachment.status)
    return AttachmentView(
        id=attachment.pk,
        name=_GONE if isinstance(known, vault.Withheld) else known.name,
        what=_what(known) if status is AttachmentStatus.READY else "",
        tier=Tier(attachment.tier),
        status=status.label,
        is_ready=status is AttachmentStatus.READY and not is_gone,
        is_checking=status is AttachmentStatus.CHECKING,
        problem=Problem(attachment.problem).label if attachment.problem else "",
        added_by=attachment.added_by.user.full_name,
        added_at=attachment.added_at,
        may_remove=bool(policies.can_remove_attachment(actor, attachment)),
    )


def _what(known: Manifest | vault.Withheld) -> str:
    """PDF, 1.2 MB. Not before it was checked: until then a browser alone has said so."""
    if isinstance(known, vault.Withheld):
        return ""
    return f"{ENDINGS[known.content_type].upper()}, {filesizeformat(known.size)}"
