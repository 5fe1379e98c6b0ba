"""What somebody is still writing. Each save is a new sealed version: nothing typed is lost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Desk, Membership
from kernel.models import BaseModel
from kernel.tiers import Tier
from sharing.states import DraftKind, DraftStatus
from vault.fields import SealedJSON
from vault.models import Safe


class Draft(BaseModel):
    """A request, a share or an answer in the making; an answer's draft belongs to its desk."""

    class Privacy:
        keep = "CASE_DATA"
        clear = {"kind", "status", "safe", "desk", "ask", "begun_at", "ended_at"}
        staff = {"author"}

    kind = models.CharField(max_length=10, choices=DraftKind)
    status = models.CharField(max_length=10, choices=DraftStatus, default=DraftStatus.OPEN)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    # The author's own desk: a colleague there can go on when the author is away
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True)
    ask = models.ForeignKey("sharing.Ask", models.PROTECT, related_name="drafts", null=True)
    safe = models.ForeignKey(Safe, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "ask",
                name="sharing_one_open_answer_draft_per_ask",
                condition=Q(status=DraftStatus.OPEN, ask__isnull=False),
            ),
            models.CheckConstraint(
                name="sharing_an_answer_draft_has_its_ask",
                condition=Q(kind__in=[DraftKind.REQUEST, DraftKind.SHARE], ask__isnull=True)
                | Q(kind=DraftKind.ANSWER, ask__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["author", "status"], name="sharing_draft_by_author")]


class DraftVersion(BaseModel):
    """The whole draft as it stood after one save."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"draft", "number", "saved_at"}
        case = {"content": Tier.SENSITIVE}

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    saved_at = models.DateTimeField(default=timezone.now)
    content = SealedJSON(seal_id="sharing.draft.content")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "number"], name="sharing_draft_versions_are_numbered_once"
            )
        ]
