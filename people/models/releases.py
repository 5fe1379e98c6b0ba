"""Protected addresses that somebody released on purpose."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import Desk, Membership
from kernel.models import BaseModel
from kernel.tiers import Tier
from people.models.records import ProtectedAddress
from vault.fields import SealedText
from vault.models import Grant


class AddressRelease(BaseModel):
    """A protected address given to one person or desk, by whom and why. Its grant's end ends it."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"address", "desk", "grant", "released_at"}
        staff = {"membership", "released_by"}
        case = {"reason": Tier.SENSITIVE}

    address = models.ForeignKey(ProtectedAddress, models.PROTECT, related_name="releases")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", null=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", null=True)
    grant = models.OneToOneField(Grant, models.PROTECT, related_name="+")
    released_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(default=timezone.now)
    reason = SealedText(seal_id="people.address_release.reason")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_an_address_is_released_to_a_person_or_a_desk",
                condition=Q(membership__isnull=False, desk__isnull=True)
                | Q(membership__isnull=True, desk__isnull=False),
            ),
            models.CheckConstraint(
                name="people_a_release_says_why", condition=Q(reason__isnull=False)
            ),
        ]
