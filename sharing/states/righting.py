"""Putting right what was shared: why, and what became of copies. Stored codes keep their meaning."""

from __future__ import annotations

from django.db import models


class WithdrawalReason(models.TextChoices):
    """Why an item is withdrawn and nothing put in its place."""

    WRONG = "WRONG", "It was wrong"
    OTHER_PERSON = "OTHER_PERSON", "It was about another person"
    TOO_MUCH = "TOO_MUCH", "It was more than was needed"
    NOT_OURS = "NOT_OURS", "It was another agency’s to give"
    OTHER = "OTHER", "Another reason"


class RecallReason(models.TextChoices):
    """Why a share is recalled from somebody."""

    WRONG_RECIPIENT = "WRONG_RECIPIENT", "It went to the wrong person or desk"
    WRONG_PERSON = "WRONG_PERSON", "It was about the wrong person"
    NOT_MEANT_FOR_ME = "NOT_MEANT_FOR_ME", "Whoever received it said that it was not for them"
    OTHER = "OTHER", "Another reason"


class Copies(models.TextChoices):
    """What whoever received something by mistake did with it."""

    NONE_MADE = "NONE_MADE", "No copy was made"
    DESTROYED = "DESTROYED", "Every copy was destroyed"
    RETURNED = "RETURNED", "Every copy was sent back"
