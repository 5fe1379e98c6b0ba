"""Need-to-know tiers, cumulative: who may read sensitive may read what lies below (D14, D15)."""

from django.db import models


class Tier(models.IntegerChoices):
    """Stored as a number, because "at least this tier" is asked in SQL and in associated data."""

    ANONYMISED = 1, "Anonymised"
    PERSONAL = 2, "Personal"
    SENSITIVE = 3, "Sensitive"

    @property
    def means(self) -> str:
        """What the tier lets a reader know, in words for a page."""
        return _MEANS[self]

    def and_below(self) -> list["Tier"]:
        """This tier and every lower one, lowest first."""
        return [tier for tier in Tier if tier <= self]


_MEANS = {
    Tier.ANONYMISED: "Nobody can be identified: numbers, kinds and outcomes only",
    Tier.PERSONAL: "Who the person is, and that a service knows them",
    Tier.SENSITIVE: "Health, ethnicity, beliefs, sexual life, offences, and harm or risk of harm",
}
