"""Files put to a request or an answer: uploaded apart, checked by a worker, then given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction

from audit import services as audit
from audit.models import AccessKind
from kernel import harmless, outbox
from kernel.actors import Actor
from kernel.tiers import Tier
from sharing import policies, queries
from sharing.models import Answer, Attachment, AttachmentFile, Recipient
from sharing.services.drafting import own_desk, own_readers
from sharing.states.papers import ATTACHMENT_WORKFLOW, AttachmentStatus, Problem
from vault import services as vault
from vault.files.uploading import HEAD_BYTES
from vault.models import Safe


@transaction.atomic
def upload_destination(*, actor: Actor) -> vault.Destination:
    """Where a file waits to be checked: in a dossier of its own, which is destroyed afterwards."""
    dossier = vault.create_dossier(actor=actor, kind=queries.UPLOAD)
    safe = vault.create_safe(actor=actor, dossier=dossier, kind="UPLOAD", readers=[])
    return vault.Destination(safe, Tier.SENSITIVE, Attachment, "original")


@transaction.atomic
def attach_to_request(
    *, actor: Actor, request_id: UUID, upload: vault.Upload, tier: Tier
) -> Attachment:
    """Add evidence for the desks that are asked; they get it once it was checked."""
    asked = queries.requests(actor).select_related("dossier", "asking_desk").get(pk=request_id)
    policies.can_attach_to_request(actor, asked).require()
    policies.has_room_for_files(asked.attachments.count()).require()
    desk = asked.asking_desk or own_desk(actor)
    safe = vault.create_safe(
        actor=actor, dossier=asked.dossier, kind="ATTACHMENT", readers=own_readers(desk)
    )
    return _attach(actor, upload, request=asked, safe=safe, desk=desk, tier=tier)


@transaction.atomic
def attach_to_answer(
    *, actor: Actor, ask_id: UUID, subject_id: UUID, upload: vault.Upload, tier: Tier
) -> Attachment:
    """Add a file to the answer about one person; it goes with the answer."""
    asks = queries.asks(actor).select_related("request__dossier", "desk")
    ask = asks.select_for_update(of=("self",)).get(pk=ask_id)
    policies.can_attach_to_answer(actor, ask).require()
    policies.has_room_for_files(ask.attachments.count()).require()
    subject = ask.about.get(subject=subject_id).subject
    safe = vault.create_safe(
        actor=actor,
        dossier=ask.request.dossier,
        kind="ATTACHMENT",
        readers=own_readers(ask.desk),
    )
    return _attach(actor, upload, ask=ask, subject=subject, safe=safe, desk=ask.desk, tier=tier)


def _attach(actor: Actor, upload: vault.Upload, **where: object) -> Attachment:
    row = Attachment(
        pk=upload.row_id,
        original_safe=upload.into.safe,
        added_by_id=actor.member.membership_id,
        **where,
    )
    vault.keep_file(actor=actor, upload=upload, row=row)
    row.save(force_insert=True)
    audit.record("sharing.attachment.added", actor=actor, target=row, tier=int(row.tier))
    outbox.enqueue("sharing.attachment_added", actor=actor, key=str(row.pk), attachment_id=row.pk)
    return row


def check_attachment(*, actor: Actor, attachment: Attachment) -> None:
    """Clean what was uploaded and seal the result where it is to stay. For a worker, acting for
    whoever added it. Runs outside any transaction."""
    reader = vault.open_file(
        actor, vault.Why.WRITING, attachment.original, kind=AccessKind.RENDERED
    )
    if isinstance(reader, vault.Withheld):
        refuse_attachment(actor=actor, attachment_id=attachment.pk, problem=Problem.FAILED)
        return
    kind = harmless.kind_of(b"".join(reader.chunks(0, HEAD_BYTES)))
    if not kind:
        refuse_attachment(actor=actor, attachment_id=attachment.pk, problem=Problem.KIND)
        return
    try:
        upload = _seal_clean(
            actor,
            attachment,
            _named(reader.name, kind),
            kind,
            harmless.cleaned(kind, reader.chunks()),
        )
    except harmless.Harmful as found:
        refuse_attachment(actor=actor, attachment_id=attachment.pk, problem=Problem(found.code))
        return
    pass_attachment(actor=actor, attachment_id=attachment.pk, upload=upload)


def _seal_clean(
    actor: Actor, attachment: Attachment, name: str, kind: str, pieces: Iterator[bytes]
) -> vault.Upload:
    """The clean file into its final safe, piece by piece."""
    into = vault.Destination(attachment.safe, Tier(attachment.tier), AttachmentFile, "file")
    first = next(pieces)
    upload = vault.begin_upload(actor=actor, into=into, name=name, content_type=kind)
    try:
        upload.write(first)
        for piece in pieces:
            upload.write(piece)
    except harmless.Harmful:
        upload.abandon()
        raise
    upload.finish()
    return upload


def _named(name: str, kind: str) -> str:
    """The name it came with, ending as its content says."""
    stem, dot, ending = name.rpartition(".")
    wanted = harmless.ENDINGS[kind]
    is_right = ending.lower() in (wanted, "jpeg" if wanted == "jpg" else wanted)
    if dot and is_right:
        return name
    return f"{stem if dot and len(ending) <= 5 else name}.{wanted}"


@transaction.atomic
def pass_attachment(*, actor: Actor, attachment_id: UUID, upload: vault.Upload) -> None:
    """A clean file is there: give it to whom it is for, and let the original go."""
    row = _waiting(actor, attachment_id)
    if row is None:
        return
    made = AttachmentFile(pk=upload.row_id, attachment=row)
    vault.keep_file(actor=actor, upload=upload, row=made)
    made.save(force_insert=True)
    ATTACHMENT_WORKFLOW.apply("pass", row)
    audit.record("sharing.attachment.passed", actor=actor, target=row)
    _let_original_go(actor, row)
    if row.request_id:
        _give_to_desks(actor, row)
    elif answer := queries.answer_with(row):
        _give_with(actor, answer, row)


@transaction.atomic
def refuse_attachment(*, actor: Actor, attachment_id: UUID, problem: Problem) -> None:
    """Not taken: whoever added it sees why and what to do instead."""
    row = _waiting(actor, attachment_id)
    if row is None:
        return
    ATTACHMENT_WORKFLOW.apply("refuse", row, problem=problem)
    audit.record("sharing.attachment.refused", actor=actor, target=row, problem=problem)
    _let_original_go(actor, row)


@transaction.atomic
def remove_attachment(*, actor: Actor, attachment_id: UUID) -> Attachment:
    """Take a file back before it was given to anybody."""
    row = queries.attachments(actor).select_for_update(of=("self",)).get(pk=attachment_id)
    policies.can_remove_attachment(actor, row).require()
    if row.status == AttachmentStatus.CHECKING:
        _let_original_go(actor, row)
    ATTACHMENT_WORKFLOW.apply("remove", row)
    audit.record("sharing.attachment.removed", actor=actor, target=row)
    return row


def _waiting(actor: Actor, attachment_id: UUID) -> Attachment | None:
    """Locked: its author may take it back at the same moment."""
    waiting = queries.attachments(actor).filter(status=AttachmentStatus.CHECKING)
    locked = waiting.select_related("safe__dossier", "original_safe")
    return locked.select_for_update(of=("self",)).filter(pk=attachment_id).first()


def _let_original_go(actor: Actor, row: Attachment) -> None:
    dossier_id = row.original_safe.dossier_id
    outbox.enqueue("sharing.upload_done", actor=actor, key=str(dossier_id), dossier_id=dossier_id)


def _give_to_desks(actor: Actor, row: Attachment) -> None:
    """Evidence: to every desk that is asked."""
    desks = row.request.asks.values_list("desk_id", flat=True) if row.request else ()
    readers = [vault.Reader.desk(pk, Tier(row.tier)) for pk in desks]
    _grant(actor, row.safe, readers)


@transaction.atomic
def give_checked(*, actor: Actor, answer: Answer) -> None:
    """What was put to an answer goes with it; what is still being checked follows."""
    checked = queries.attachments_to_answer(actor, answer).filter(status=AttachmentStatus.READY)
    for row in checked.select_related("safe"):
        _give_with(actor, answer, row)


def _give_with(actor: Actor, answer: Answer, row: Attachment) -> None:
    """To those whose tier reaches it. Whoever sends gives nothing that they cannot open themselves:
    such a file stays with its desk."""
    if (vault.reach_of(actor, row.safe) or 0) >= row.tier:
        to = [one for one in answer.recipients.all() if one.tier >= row.tier]
        _grant(actor, row.safe, [_reader(one, Tier(row.tier)) for one in to])


def _reader(recipient: Recipient, tier: Tier) -> vault.Reader:
    if recipient.membership_id:
        return vault.Reader.person(recipient.membership_id, tier)
    if recipient.desk_id is None:
        raise ValueError("a recipient is a person or a desk")
    return vault.Reader.desk(recipient.desk_id, tier)


def _grant(actor: Actor, safe: Safe, readers: list[vault.Reader]) -> None:
    if readers:
        vault.grant(actor=actor, safe=safe, readers=readers)


def open_attachments(*, actor: Actor, attachments: Iterable[Attachment]) -> vault.Opened:
    """Names, types and sizes for a list. Runs outside any transaction."""
    sealed = [file_of(one) for one in attachments]
    return vault.open(actor, vault.Why.READING, *sealed, kind=AccessKind.LISTED)


def file_of(attachment: Attachment) -> vault.Sealed | None:
    """The checked file; what was uploaded, while that waits or after it was refused."""
    checked = getattr(attachment, "checked", None)
    sealed: vault.Sealed | None = checked.file if checked else attachment.original
    return sealed
