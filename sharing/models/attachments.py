"""Files put to a request or to a desk's answer: checked, cleaned, and only then given to anybody."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Desk, Membership
from kernel.models import BaseModel
from kernel.tiers import Tier
from sharing.models.requests import Ask, Request, Subject
from sharing.states.papers import AttachmentStatus, Problem
from vault.files.fields import SealedFile
from vault.models import Safe


class Attachment(BaseModel):
    """One file that somebody adds. What they uploaded lies in a dossier of its own, which is
    destroyed once the file was checked: the original is not kept."""

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "request",
            "ask",
            "subject",
            "safe",
            "original_safe",
            "desk",
            "tier",
            "status",
            "problem",
            "added_at",
        }
        staff = {"added_by"}
        case = {"original": Tier.SENSITIVE}

    # Evidence for the desks that are asked; or part of what a desk answers about one person
    request = models.ForeignKey(Request, models.PROTECT, related_name="attachments", null=True)
    ask = models.ForeignKey(Ask, models.PROTECT, related_name="attachments", null=True)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="attachments", null=True)
    # Where the checked file lies: a safe of its own in the case's dossier
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True)
    tier = models.PositiveSmallIntegerField(choices=Tier)
    status = models.CharField(
        max_length=10, choices=AttachmentStatus, default=AttachmentStatus.CHECKING
    )
    problem = models.CharField(max_length=10, choices=Problem, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    # What was uploaded, in a dossier of its own until it is checked
    original_safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    original = SealedFile(seal_id="sharing.attachment.original")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sharing_an_attachment_is_put_to_a_request_or_an_answer",
                condition=Q(request__isnull=False, ask__isnull=True, subject__isnull=True)
                | Q(request__isnull=True, ask__isnull=False, subject__isnull=False),
            ),
            models.CheckConstraint(
                name="sharing_a_refused_attachment_says_why",
                condition=~Q(status=AttachmentStatus.REFUSED) | ~Q(problem=""),
            ),
        ]


class AttachmentFile(BaseModel):
    """The checked file of an attachment, as others get it."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"attachment", "checked_at"}
        case = {"file": Tier.SENSITIVE}

    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="checked")
    checked_at = models.DateTimeField(default=timezone.now)
    file = SealedFile(seal_id="sharing.attachment.file")
