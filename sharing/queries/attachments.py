"""Files put to a request or an answer."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from kernel.actors import Actor
from sharing import policies
from sharing.models import Answer, Ask, Attachment, Request
from sharing.states.papers import AttachmentStatus
from vault.models import Dossier

UPLOAD = "sharing.upload"


def attachments(actor: Actor) -> QuerySet[Attachment]:
    """Files in the actor's scope, but those that were taken back."""
    mine = Attachment.objects.filter(policies.visible_attachments(actor), pk=OuterRef("pk"))
    found = Attachment.objects.filter(Exists(mine)).exclude(status=AttachmentStatus.REMOVED)
    return found.select_related(
        "checked", "request", "ask__request__asked_by", "subject", "added_by__user"
    ).order_by("added_at", "pk")


def attachments_to_request(actor: Actor, asked: Request) -> QuerySet[Attachment]:
    """What the asking side put to its request."""
    return attachments(actor).filter(request=asked)


def attachments_to_ask(actor: Actor, ask: Ask) -> QuerySet[Attachment]:
    """What a desk puts to its answers, whoever they are about."""
    return attachments(actor).filter(ask=ask)


def attachments_to_answer(actor: Actor, answer: Answer) -> QuerySet[Attachment]:
    """What came with one answer."""
    return attachments(actor).filter(ask=answer.ask, subject=answer.subject)


def unchecked(actor: Actor, attachment_id: UUID) -> Attachment | None:
    """For a worker acting for whoever added it: a file that waits to be checked."""
    waiting = attachments(actor).filter(status=AttachmentStatus.CHECKING)
    return waiting.select_related("safe", "original_safe").filter(pk=attachment_id).first()


def upload_dossier(dossier_id: UUID) -> Dossier:
    """For the retention worker: only what holds an upload, never a case."""
    return Dossier.objects.get(pk=dossier_id, kind=UPLOAD)


def answer_with(attachment: Attachment) -> Answer | None:
    """The answer that a file goes with, once it was sent."""
    if attachment.ask_id is None:
        return None
    found = Answer.objects.filter(ask=attachment.ask_id, subject=attachment.subject_id)
    return found.prefetch_related("recipients").first()
