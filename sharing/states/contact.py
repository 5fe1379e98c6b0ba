"""How information passes beside the portal (D25–D28)."""

from __future__ import annotations

from django.db import models


class ShareKind(models.TextChoices):
    """How a share without a request in the portal came about."""

    UNASKED = "UNASKED", "Shared unasked"
    LOGGED = "LOGGED", "Logged"


class Channel(models.TextChoices):
    """By what means it passed. The portal comes first; these remain (D25)."""

    TELEPHONE = "TELEPHONE", "Telephone"
    IN_PERSON = "IN_PERSON", "In person"
    EMAIL = "EMAIL", "E-mail"
    POST = "POST", "Post"
    VOICEMAIL = "VOICEMAIL", "Voicemail"
    TEXT = "TEXT", "Text message"
    MESSAGING = "MESSAGING", "Messaging app"
    FAX = "FAX", "Fax"

    @property
    def is_unsafe(self) -> bool:
        """Nothing about a child belongs there (D28): where it happened, it is an incident."""
        return self in (Channel.VOICEMAIL, Channel.TEXT, Channel.MESSAGING)


class Direction(models.TextChoices):
    """Who turned to whom."""

    INCOMING = "INCOMING", "They came to us"
    OUTGOING = "OUTGOING", "We went to them"


class Verification(models.TextChoices):
    """How we knew who they were (D28: known and verified)."""

    RANG_BACK = "RANG_BACK", "Rang back on the directory’s number"
    KNOWN_VOICE = "KNOWN_VOICE", "I know their voice or face"
    VERIFIED_MAILBOX = "VERIFIED_MAILBOX", "Mail from or to a verified mailbox"
    IDENTITY_SEEN = "IDENTITY_SEEN", "Saw their identity card"
    OTHER = "OTHER", "Another way"
    DANGER = "DANGER", "Not verified: a child was in danger"
    NOT_DONE = "NOT_DONE", "Not verified"
    NOT_KNOWN = "NOT_KNOWN", "Not known any more"

    @property
    def is_verified(self) -> bool:
        return self not in (Verification.DANGER, Verification.NOT_DONE, Verification.NOT_KNOWN)


class VerificationResult(models.TextChoices):
    """What came of verifying."""

    CONFIRMED = "CONFIRMED", "It was them"
    DOUBTFUL = "DOUBTFUL", "Doubts remained"
    NOT_THEM = "NOT_THEM", "It was not them"


class Ground(models.TextChoices):
    """On what ground information was given, in one line; the full account may follow."""

    LAW = "LAW", "The law: consent is not the basis relied on"
    CONSENT = "CONSENT", "The family, or a competent child, agreed"
    SEEKING_HARMS = "1", "Without consent: asking would put the child at risk of significant harm"
    RISK_OR_INVESTIGATION = (
        "2",
        "Without consent: risk of significant harm, and asking would raise it or compromise "
        "an investigation",
    )
    CRIME = "3", "Without consent: to prevent or detect a crime"
    REGISTER_CHECK = "4", "Without consent: an authorised check of the register"
    PICTURE_OF_RISK = "5", "Without consent: to build up a picture of risk"
    REFUSED_BUT_AT_RISK = "6", "Consent was refused, and the child would be at risk otherwise"


class Check(models.TextChoices):
    """What was seen to for safety's sake. What is not ticked was not done, or is not known."""

    NOT_OVERHEARD = "NOT_OVERHEARD", "Nobody could overhear"
    NO_VOICEMAIL = "NO_VOICEMAIL", "Nothing was left on a voicemail"
    IN_PRIVATE = "IN_PRIVATE", "In private"
    TLS = "TLS", "Sent to a domain known to be secure (TLS 1.2 or later)"
    EGRESS = "EGRESS", "Sent by Egress or Cisco CRES"
    PASSWORD = "PASSWORD", "In an attachment with a strong password"
    PASSWORD_APART = "PASSWORD_APART", "The recipient rang for the password"
    ADDRESS_CHECKED = "ADDRESS_CHECKED", "The address or number was checked"
    MARKED = "MARKED", "Marked inside, nothing on the outer envelope"
    SEALED_ENVELOPE = "SEALED_ENVELOPE", "Sealed envelope with a return address"
    COURIER = "COURIER", "By courier, or recorded delivery"
    MACHINE_ATTENDED = "MACHINE_ATTENDED", "Somebody stood at their machine"


CHECKS = {
    Channel.TELEPHONE: (Check.NOT_OVERHEARD, Check.NO_VOICEMAIL),
    Channel.IN_PERSON: (Check.IN_PRIVATE,),
    Channel.EMAIL: (
        Check.TLS,
        Check.EGRESS,
        Check.PASSWORD,
        Check.PASSWORD_APART,
        Check.ADDRESS_CHECKED,
    ),
    Channel.POST: (Check.MARKED, Check.ADDRESS_CHECKED, Check.SEALED_ENVELOPE, Check.COURIER),
    Channel.FAX: (Check.ADDRESS_CHECKED, Check.MACHINE_ATTENDED),
    Channel.VOICEMAIL: (),
    Channel.TEXT: (),
    Channel.MESSAGING: (),
}
