"""Asking and answering."""

from __future__ import annotations

from django.db import models

from kernel.tiers import Tier
from kernel.workflow import Transition, Workflow


class AskStatus(models.TextChoices):
    """Where one desk's part of a request stands."""

    WAITING = "WAITING", "Waiting"
    CLAIMED = "CLAIMED", "Being answered"
    PASSED_ON = "PASSED_ON", "Passed on"
    ANSWERED = "ANSWERED", "Answered"


ASK_WORKFLOW = Workflow(
    AskStatus,
    Transition("claim", {AskStatus.WAITING, AskStatus.PASSED_ON}, AskStatus.CLAIMED),
    Transition("take over", {AskStatus.CLAIMED}, AskStatus.CLAIMED),
    Transition("hand on", {AskStatus.WAITING, AskStatus.CLAIMED}, AskStatus.CLAIMED),
    Transition("pass on", {AskStatus.WAITING}, AskStatus.PASSED_ON),
    Transition("put back", {AskStatus.CLAIMED}, AskStatus.WAITING),
    Transition(
        "answer",
        {AskStatus.WAITING, AskStatus.CLAIMED, AskStatus.PASSED_ON},
        AskStatus.ANSWERED,
    ),
)
# Where the clock runs and somebody owes an answer
OPEN_ASK = (AskStatus.WAITING, AskStatus.CLAIMED)


class DraftStatus(models.TextChoices):
    """Whether something half written still waits for its author."""

    OPEN = "OPEN", "In progress"
    USED = "USED", "Sent"
    DISCARDED = "DISCARDED", "Discarded"


DRAFT_WORKFLOW = Workflow(
    DraftStatus,
    Transition("use", {DraftStatus.OPEN}, DraftStatus.USED),
    Transition("discard", {DraftStatus.OPEN}, DraftStatus.DISCARDED),
)


class DraftKind(models.TextChoices):
    """What a draft will become."""

    REQUEST = "REQUEST", "Request"
    ANSWER = "ANSWER", "Answer"
    SHARE = "SHARE", "Share"


class Category(models.TextChoices):
    """What may be asked for and given. Source: S3's eight kinds (D16), and D14's own involvement."""

    IDENTITY = "IDENTITY", "Names, addresses, legal status, gender and languages"
    INVOLVEMENT = "INVOLVEMENT", "What your service does or did with them"
    CONCERNS = "CONCERNS", "Reasons for concern"
    FAMILY = "FAMILY", "Family and other relationships, with concern indicators"
    PLAN = "PLAN", "Child protection plan and its history"
    MEETINGS = "MEETINGS", "Child protection meetings"
    ENQUIRIES = "ENQUIRIES", "History of enquiries and referrals"
    LOOKED_AFTER = "LOOKED_AFTER", "Whether looked after, now or before"
    OFFENDER = "OFFENDER", "Whether somebody poses a risk to children"

    @property
    def usual_tier(self) -> Tier:
        """The tier that such information is proposed at (D14); the author decides."""
        return _USUAL_TIER.get(self, Tier.SENSITIVE)


_USUAL_TIER = {Category.IDENTITY: Tier.PERSONAL, Category.INVOLVEMENT: Tier.PERSONAL}


class Urgency(models.TextChoices):
    """How soon an answer is needed. The hours are configuration: sharing/reference/limits.toml."""

    RED = "RED", "Now: a child may be suffering, or be about to suffer, significant harm"
    AMBER = "AMBER", "Soon: a decision about a child waits for this"
    GREEN = "GREEN", "Routine"


class Outcome(models.TextChoices):
    """What a desk decided about one person. Each is a decision on record, with an author."""

    SHARED = "SHARED", "Shared"
    SHARED_IN_PART = "SHARED_IN_PART", "Shared in part"
    NOT_SHARED = "NOT_SHARED", "Not shared"
    NOTHING_RELEVANT = "NOTHING_RELEVANT", "Known, nothing relevant"
    NOT_KNOWN = "NOT_KNOWN", "Not known to us"
    WRONG_SERVICE = "WRONG_SERVICE", "Not for us"
    # Only in a log: what others told us beside the portal
    RECEIVED = "RECEIVED", "We were told"
    NOT_NOTED = "NOT_NOTED", "Not noted"

    @property
    def shares(self) -> bool:
        return self in (Outcome.SHARED, Outcome.SHARED_IN_PART)


class RefusalGround(models.TextChoices):
    """Why information that is held is not shared. Only a refusal owes a ground."""

    MORE_DETRIMENTAL = "MORE_DETRIMENTAL", "Sharing would be more detrimental to the child"
    NOT_RELEVANT = "NOT_RELEVANT", "It does not bear on the child's safety or welfare"
    INVESTIGATION = "INVESTIGATION", "It would prejudice an investigation or proceedings"
    COURT_OR_PRIVILEGE = "COURT_OR_PRIVILEGE", "A court order or legal privilege forbids it"
    NOT_OURS = "NOT_OURS", "It belongs to another agency, which has not agreed"
    OTHER = "OTHER", "Another reason"


class Standing(models.TextChoices):
    """How firm an item is: fact is told apart from opinion, and doubt is stated (D32)."""

    FACT = "FACT", "Fact"
    OPINION = "OPINION", "Professional opinion"
    DOUBTFUL = "DOUBTFUL", "Accuracy in doubt"


class FamilyMaySee(models.TextChoices):
    """Whether an item may be shown to the family by whoever receives it."""

    YES = "YES", "Yes"
    ASK = "ASK", "Ask us first"
    NO = "NO", "No"


class RecipientKind(models.TextChoices):
    """To whom a share is addressed."""

    PERSON = "PERSON", "A named person"
    DESK = "DESK", "A desk"
