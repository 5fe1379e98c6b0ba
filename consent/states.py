"""The lists of consent: what the family knows, how consent stands, and the waiver grounds."""

from __future__ import annotations

from django.db import models


class Told(models.TextChoices):
    """What the family knows of the request."""

    TOLD = "TOLD", "Yes, they have been told"
    NOT_YET = "NOT_YET", "Not yet, they will be told"
    NOT_TOLD = "NOT_TOLD", "No, telling them would not be safe or possible"


class Consent(models.TextChoices):
    """Whether consent was gained (D20)."""

    OBTAINED = "OBTAINED", "Obtained"
    REFUSED = "REFUSED", "Asked for and refused"
    NOT_SOUGHT = "NOT_SOUGHT", "Not sought"
    NOT_RELIED_ON = "NOT_RELIED_ON", "Consent is not the basis relied on"

    @property
    def waived(self) -> bool:
        """Whether sharing goes ahead without a consent that would otherwise be looked for."""
        return self in (Consent.REFUSED, Consent.NOT_SOUGHT)


class How(models.TextChoices):
    """In what form consent was given."""

    WRITTEN = "WRITTEN", "In writing"
    SPOKEN = "SPOKEN", "Spoken"


class Ground(models.TextChoices):
    """Why the need for consent was waived. Source: S3, five grounds and an unnumbered sixth (D21)."""

    SEEKING_HARMS = "1", "Asking for consent would put the child at risk of significant harm"
    RISK_OR_INVESTIGATION = (
        "2",
        "I judge the child to be at risk of significant harm, and asking, or being refused, "
        "is likely to raise that risk or compromise a child protection investigation",
    )
    CRIME = "3", "To prevent a crime or help to detect one"
    REGISTER_CHECK = (
        "4",
        "An authorised person of a child protection agency checks the register "
        "because of a child protection concern",
    )
    PICTURE_OF_RISK = (
        "5",
        "I judge that sharing is needed to build up a picture that may show a risk "
        "of significant harm",
    )
    REFUSED_BUT_AT_RISK = (
        "6",
        "A competent child or a parent refused, and I judge that the child would be "
        "at risk of significant harm if this were not shared",
    )
