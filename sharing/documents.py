"""What a worker makes and checks, acting for whoever asked for it, as their rights stand then."""

from __future__ import annotations

from uuid import UUID

from agencies.access import actor_for
from kernel import outbox, printing
from kernel.actors import Actor
from kernel.models import OutboxMessage
from sharing import queries, services
from sharing.models import Copy
from sharing.presenters import copies as presenters
from vault import services as vault

QUEUE = "documents"


def register() -> None:
    """Called once the apps are ready."""
    outbox.register("sharing.copy_taken", make_copy, queue=QUEUE)
    outbox.register("sharing.attachment_added", check_attachment, queue=QUEUE)
    # Keys are destroyed in the disposer's role alone
    outbox.register("sharing.upload_done", destroy_upload, queue="retention")


def make_copy(message: OutboxMessage) -> None:
    """Make the PDF that somebody asked for, unless they may no longer read what stands in it."""
    actor = _acting(message)
    if actor is None:
        return
    copy = _unmade(actor, outbox.payload_id(message, "copy_id"))
    if copy is None:
        return
    answer = queries.answers_in_full(actor).get(pk=copy.answer_id)
    opened = services.open_for_copy(actor=actor, answer=answer)
    page = presenters.copy_page(answer, opened, holder=copy.taken_by, taken_at=copy.taken_at)
    services.keep_copy(
        actor=actor,
        copy=copy,
        tier=page.tier,
        name=presenters.file_name(copy),
        document=printing.pdf(printing.drawn("sharing/copies/copy.html", page=page)),
    )


def check_attachment(message: OutboxMessage) -> None:
    """Check and clean what somebody uploaded, unless it was taken back or they left meanwhile."""
    actor = _acting(message)
    attachment = actor and queries.unchecked(actor, outbox.payload_id(message, "attachment_id"))
    if actor and attachment:
        services.check_attachment(actor=actor, attachment=attachment)


def destroy_upload(message: OutboxMessage) -> None:
    """The original is not kept: its keys go now, its bytes with the next sweep of the file store."""
    dossier = queries.upload_dossier(outbox.payload_id(message, "dossier_id"))
    vault.destroy_dossier(actor=Actor.system("uploads"), dossier=dossier)


def _acting(message: OutboxMessage) -> Actor | None:
    """Whoever asked for this work, if they still act for their agency."""
    if message.membership_id is None:
        return None
    return actor_for(message.membership_id, via="system:documents")


def _unmade(actor: Actor, copy_id: UUID) -> Copy | None:
    return queries.copies(actor).filter(pk=copy_id, made=None).first()
