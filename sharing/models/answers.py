"""A desk's answer about one person, what it gave, to whom, and who has opened it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Agency, Desk, Membership
from kernel.models import BaseModel
from kernel.tiers import Tier
from sharing.models.requests import Ask, Request, Subject
from sharing.models.shares import Share
from sharing.states import (
    Category,
    FamilyMaySee,
    Outcome,
    RecipientKind,
    RefusalGround,
    Standing,
)
from vault.fields import SealedText
from vault.models import Grant, Safe


class Answer(BaseModel):
    """A decision about one person: given, withheld, nothing relevant, not known, not for us."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "ask",
            "share",
            "subject",
            "safe",
            "outcome",
            "decided_at",
            "ground",
            "review_on",
            "searched_on",
            "try_desk",
        }
        staff = {"decided_by"}
        case = {
            "reason": Tier.PERSONAL,
            "detriment": Tier.PERSONAL,
            "searched": Tier.PERSONAL,
        }

    # Given when asked in the portal; or unasked, or beside it
    ask = models.ForeignKey(Ask, models.PROTECT, related_name="answers", null=True)
    share = models.ForeignKey(Share, models.PROTECT, related_name="answers", null=True)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="answers")
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome)
    decided_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    ground = models.CharField(max_length=20, choices=RefusalGround, blank=True)
    # When a refusal is looked at again
    review_on = models.DateField(null=True)
    searched_on = models.DateField(null=True)
    # "Not for us, try …"
    try_desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True)
    reason = SealedText(seal_id="sharing.answer.reason")
    # Where s.16LA binds both sides: why sharing would be more detrimental to the child
    detriment = SealedText(seal_id="sharing.answer.detriment")
    searched = SealedText(seal_id="sharing.answer.searched")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ask", "subject"], name="sharing_one_answer_per_desk_and_person"
            ),
            models.UniqueConstraint(
                fields=["share", "subject"], name="sharing_one_answer_per_share_and_person"
            ),
            models.CheckConstraint(
                name="sharing_an_answer_is_to_an_ask_or_a_share",
                condition=Q(ask__isnull=False, share__isnull=True)
                | Q(ask__isnull=True, share__isnull=False),
            ),
            # What a log says was refused is on record whatever is missing: it has happened
            models.CheckConstraint(
                name="sharing_a_refusal_owes_ground_reason_and_review",
                condition=~Q(outcome=Outcome.NOT_SHARED)
                | Q(share__isnull=False)
                | ~Q(ground="") & Q(review_on__isnull=False, reason__isnull=False),
            ),
        ]

    @property
    def case(self) -> Request | Share:
        """The record that it belongs to: either has a reference and a dossier."""
        return self._given.request if isinstance(self._given, Ask) else self._given

    @property
    def reference(self) -> str:
        return self.case.reference

    @property
    def from_desk(self) -> Desk | None:
        """The desk that stands behind it; an agency may have none when it shares unasked."""
        return self._given.desk if isinstance(self._given, Ask) else self._given.from_desk

    @property
    def from_agency(self) -> Agency:
        """Whose information it is."""
        return self._given.desk.agency if isinstance(self._given, Ask) else self._given.from_agency

    @property
    def _given(self) -> Ask | Share:
        given = self.ask or self.share
        if given is None:
            raise ValueError("an answer is given to an ask or in a share")
        return given


class Item(BaseModel):
    """One piece of information, with everything that tells a reader how far to rely on it."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "answer",
            "position",
            "category",
            "tier",
            "standing",
            "as_of_on",
            "family_may_see",
        }
        case = {"body": Tier.SENSITIVE, "source": Tier.SENSITIVE}

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=20, choices=Category)
    tier = models.PositiveSmallIntegerField(choices=Tier)
    standing = models.CharField(max_length=10, choices=Standing)
    as_of_on = models.DateField(null=True)
    family_may_see = models.CharField(max_length=5, choices=FamilyMaySee)
    body = SealedText(seal_id="sharing.item.body")
    source = SealedText(seal_id="sharing.item.source")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "position"], name="sharing_items_have_their_own_place"
            ),
            models.CheckConstraint(
                name="sharing_an_item_says_something", condition=Q(body__isnull=False)
            ),
        ]


class Recipient(BaseModel):
    """Somebody a share is addressed to, up to a tier, with the grant that lets them open it."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"answer", "kind", "desk", "tier", "grant"}
        staff = {"membership"}

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="recipients")
    kind = models.CharField(max_length=10, choices=RecipientKind)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", null=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True)
    tier = models.PositiveSmallIntegerField(choices=Tier)
    grant = models.OneToOneField(Grant, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sharing_a_recipient_is_a_person_or_a_desk",
                condition=Q(kind=RecipientKind.PERSON, membership__isnull=False, desk__isnull=True)
                | Q(kind=RecipientKind.DESK, desk__isnull=False, membership__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["answer", "membership", "desk"],
                name="sharing_a_recipient_is_named_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["membership", "-id"], name="sharing_shares_to_a_person"),
            models.Index(fields=["desk", "-id"], name="sharing_shares_to_a_desk"),
        ]

    # Filled by queries.shares_to
    is_unread: bool


class Receipt(BaseModel):
    """Somebody opened an answer: written with the access event, before a word came out."""

    class Privacy:
        keep = "CASE_DATA"
        clear = {"answer", "first_opened_at", "last_opened_at", "in_emergency"}
        staff = {"membership"}

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="receipts")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    first_opened_at = models.DateTimeField(default=timezone.now)
    last_opened_at = models.DateTimeField(default=timezone.now)
    # By somebody it was not addressed to, in an emergency
    in_emergency = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "membership"], name="sharing_one_receipt_per_reader"
            )
        ]
