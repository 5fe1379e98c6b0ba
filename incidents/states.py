"""The lists and the life of an incident. Stored codes never change their meaning."""

from __future__ import annotations

from django.db import models

from kernel.workflow import Transition, Workflow


class Kind(models.TextChoices):
    """What went wrong with information (D28, D30, D42; UK GDPR Article 4(12))."""

    MISDIRECTED = "MISDIRECTED", "Sent to the wrong person or desk"
    OPENED_BY_WRONG_PERSON = "OPENED_BY_WRONG_PERSON", "Read by somebody who should not have"
    VOICEMAIL_OR_TEXT = "VOICEMAIL_OR_TEXT", "Left on voicemail or sent as a text message"
    LOST = "LOST", "Papers, a device or a file lost or stolen"
    TOO_MUCH = "TOO_MUCH", "More was shared than was needed"
    WRONG_CONTENT = "WRONG_CONTENT", "What was shared was wrong, or about somebody else"
    NOT_AVAILABLE = "NOT_AVAILABLE", "Information could not be reached when it was needed"
    OTHER = "OTHER", "Something else"


# As other packages name them
MISDIRECTED = Kind.MISDIRECTED
OPENED_BY_WRONG_PERSON = Kind.OPENED_BY_WRONG_PERSON
VOICEMAIL_OR_TEXT = Kind.VOICEMAIL_OR_TEXT
LOST = Kind.LOST
OTHER = Kind.OTHER


class Status(models.TextChoices):
    """How far those who answer for it are."""

    OPEN = "OPEN", "Open"
    ASSESSED = "ASSESSED", "Assessed"
    REPORTED = "REPORTED", "Reported to the regulator"
    NOT_REPORTED = "NOT_REPORTED", "Not to be reported"
    CLOSED = "CLOSED", "Closed"


_RUNNING = {Status.OPEN, Status.ASSESSED}
# A risk may turn up later, so a decision not to report does not bar reporting.
WORKFLOW = Workflow(
    Status,
    Transition("assess", _RUNNING, Status.ASSESSED),
    Transition("report", {*_RUNNING, Status.NOT_REPORTED}, Status.REPORTED),
    Transition("leave unreported", {Status.ASSESSED}, Status.NOT_REPORTED),
    Transition("close", {Status.REPORTED, Status.NOT_REPORTED}, Status.CLOSED),
)


class Risk(models.TextChoices):
    """What the incident may mean for people's rights and freedoms (UK GDPR Articles 33 and 34)."""

    NO = "NO", "No risk to people is likely"
    YES = "YES", "A risk to people is likely"
    HIGH = "HIGH", "A high risk to people is likely: they must be told"
    NOT_KNOWN = "NOT_KNOWN", "Not known yet"


class Category(models.TextChoices):
    """What kind of information it was about, as the regulator's form asks."""

    IDENTITY = "IDENTITY", "Names, dates of birth and the like"
    ADDRESS = "ADDRESS", "Addresses or telephone numbers"
    PROTECTED_ADDRESS = "PROTECTED_ADDRESS", "A protected or placement address"
    CHILDREN = "CHILDREN", "Information about children"
    HEALTH = "HEALTH", "Health"
    OFFENCES = "OFFENCES", "Offences or allegations"
    SPECIAL = "SPECIAL", "Ethnicity, beliefs, sexual life or another special category"
    STAFF = "STAFF", "Information about staff"
    OTHER = "OTHER", "Other"


class PeopleTold(models.TextChoices):
    """Whether the people concerned were told (UK GDPR Article 34)."""

    YES = "YES", "Yes"
    NOT_YET = "NOT_YET", "Not yet, but they will be"
    NO = "NO", "No: the reasons say why"


class EntryKind(models.TextChoices):
    """What somebody wrote about an incident."""

    ACCOUNT = "ACCOUNT", "What happened"
    CONTAINMENT = "CONTAINMENT", "What was done to limit harm"
    CONSEQUENCES = "CONSEQUENCES", "What it may mean for people"
    REASONS = "REASONS", "Why it was reported, or was not"
    LESSONS = "LESSONS", "Lessons"
    NOTE = "NOTE", "Note"
