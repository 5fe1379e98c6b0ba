"""Taking an answer into one's own case system: on record, and shown to whoever gave it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from audit import services as audit
from audit.models import AccessKind
from kernel import outbox
from kernel.actors import Actor
from kernel.tiers import Tier
from sharing import policies, queries
from sharing.models import Answer, Copy, CopyFile
from sharing.services.reading import open_answers
from sharing.states.papers import CopyForm
from vault import services as vault
from vault.models import Safe


@transaction.atomic
def take_copy(*, actor: Actor, answer_id: UUID, form: CopyForm, submission: UUID) -> Copy:
    """Note that somebody takes a copy, before a word of it comes out. A second press finds the first."""
    answer = queries.answers(actor).get(pk=answer_id)
    policies.can_take_copy(actor, answer).require()
    copy, is_new = Copy.objects.get_or_create(
        taken_by_id=actor.member.membership_id,
        submission=submission,
        defaults={"answer": answer, "form": form},
    )
    if not is_new:
        return copy
    audit.record("sharing.copy.taken", actor=actor, target=copy, answer=answer.pk, form=copy.form)
    if form is CopyForm.PDF:
        outbox.enqueue("sharing.copy_taken", actor=actor, key=str(copy.pk), copy_id=copy.pk)
    return copy


def open_for_copy(*, actor: Actor, answer: Answer) -> vault.Opened:
    """What the reader's own page would show, opened for a copy. Runs outside any transaction."""
    return open_answers(actor=actor, answers=[answer], kind=AccessKind.RENDERED)


def keep_copy(*, actor: Actor, copy: Copy, tier: Tier, name: str, document: bytes) -> CopyFile:
    """Seal what a worker made into a safe of the reader's own. Runs outside any transaction."""
    safe = _copy_safe(actor, copy)
    into = vault.Destination(safe, tier, CopyFile, "file")
    upload = vault.begin_upload(actor=actor, into=into, name=name, content_type="application/pdf")
    upload.write(document)
    upload.finish()
    with transaction.atomic():
        made = CopyFile(pk=upload.row_id, copy=copy, safe=safe, tier=tier)
        vault.keep_file(actor=actor, upload=upload, row=made)
        made.save(force_insert=True)
        audit.record("sharing.copy.made", actor=actor, target=copy)
    return made


@transaction.atomic
def _copy_safe(actor: Actor, copy: Copy) -> Safe:
    """In the case's dossier, so that the copy goes when the case goes; nobody else reads it."""
    dossier = copy.answer.safe.dossier
    return vault.create_safe(actor=actor, dossier=dossier, kind="COPY", readers=[])


def require_still_open(*, actor: Actor, copy: Copy) -> CopyFile | None:
    """The made copy, unless what it was made from was taken back; raises Denied. None: not made yet."""
    made = getattr(copy, "made", None)
    if made is not None:
        reach = vault.reach_of(actor, copy.answer.safe)
        policies.copy_still_holds(reach, made.tier).require()
    return made
