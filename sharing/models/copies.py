"""What happens to an answer afterwards: copied into other systems, filed, and reported back on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Desk, Membership
from kernel.models import BaseModel
from kernel.tiers import Tier
from sharing.models.answers import Answer
from sharing.models.requests import Ask, Request, Subject
from sharing.states.papers import CopyForm, CpisCheck
from vault.fields import SealedText
from vault.files.fields import SealedFile
from vault.models import Safe


class Copy(BaseModel):
    """Somebody took an answer out of the portal, for their own case system. The sender sees it."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"answer", "form", "taken_at", "submission"}
        staff = {"taken_by"}

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="copies")
    form = models.CharField(max_length=4, choices=CopyForm)
    taken_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    # One press, one copy
    submission = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["taken_by", "submission"], name="sharing_one_copy_for_one_press"
            )
        ]


class CopyFile(BaseModel):
    """A copy that a worker made: for nobody but whoever asked for it."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"copy", "safe", "tier", "made_at"}
        case = {"file": Tier.SENSITIVE}

    copy = models.OneToOneField(Copy, models.PROTECT, related_name="made")
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    # The highest tier of what stands in it
    tier = models.PositiveSmallIntegerField(choices=Tier)
    made_at = models.DateTimeField(default=timezone.now)
    file = SealedFile(seal_id="sharing.copy.file")


class OwnNote(BaseModel):
    """What one's own side noted beside a request or an answer: where it is filed, and CP-IS."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "request",
            "answer",
            "safe",
            "desk",
            "noted_at",
            "cpis",
            "cpis_on",
            "submission",
        }
        staff = {"noted_by"}
        case = {"reference": Tier.PERSONAL, "cpis_found": Tier.PERSONAL}

    request = models.ForeignKey(Request, models.PROTECT, related_name="notes", null=True)
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="notes", null=True)
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    noted_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True)
    noted_at = models.DateTimeField(default=timezone.now)
    submission = models.UUIDField()
    cpis = models.CharField(max_length=11, choices=CpisCheck, blank=True)
    cpis_on = models.DateField(null=True)
    # A case number of another system leads to a child
    reference = SealedText(seal_id="sharing.note.reference")
    cpis_found = SealedText(seal_id="sharing.note.cpis_found")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["noted_by", "submission"], name="sharing_one_note_for_one_press"
            ),
            models.CheckConstraint(
                name="sharing_a_note_is_beside_a_request_or_an_answer",
                condition=Q(request__isnull=False, answer__isnull=True)
                | Q(request__isnull=True, answer__isnull=False),
            ),
            models.CheckConstraint(
                name="sharing_a_note_says_something",
                condition=Q(reference__isnull=False) | ~Q(cpis=""),
            ),
            models.CheckConstraint(
                name="sharing_a_cpis_check_says_when",
                condition=Q(cpis__in=["", CpisCheck.NO]) | Q(cpis_on__isnull=False),
            ),
        ]


class WordBack(BaseModel):
    """A line from whoever asked to those who answered about a person: what came of it."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"subject", "safe", "desk", "sent_at", "submission"}
        staff = {"sent_by"}
        case = {"words": Tier.PERSONAL}

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="words_back")
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True)
    sent_at = models.DateTimeField(default=timezone.now)
    submission = models.UUIDField()
    words = SealedText(seal_id="sharing.word_back.words")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sent_by", "submission"], name="sharing_one_word_back_for_one_press"
            )
        ]


class WordBackReader(BaseModel):
    """A desk that a line was sent to, for what it was asked."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"word_back", "ask"}

    word_back = models.ForeignKey(WordBack, models.PROTECT, related_name="readers")
    ask = models.ForeignKey(Ask, models.PROTECT, related_name="words_back")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["word_back", "ask"], name="sharing_a_word_back_names_a_desk_once"
            )
        ]
