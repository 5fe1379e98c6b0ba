"""What was said around somebody: who is near them, how not to reach them, who must not learn."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from agencies.models import Membership
from kernel.models import BaseModel
from kernel.tiers import Tier
from people.models.records import IdentitySnapshot
from vault.fields import SealedJSON
from vault.models import Safe


class Surrounding(BaseModel):
    """One thing said around a person, sealed whole: its columns do not tell which kind it is.

    Each person's lie in safes of their own, so that a desk that is asked about one sibling alone
    reads nothing of those around the other.
    """

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"snapshot", "safe", "recorded_at"}
        staff = {"recorded_by"}
        case = {"record": Tier.SENSITIVE}

    snapshot = models.ForeignKey(IdentitySnapshot, models.PROTECT, related_name="surroundings")
    safe = models.ForeignKey(Safe, models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    record = SealedJSON(seal_id="people.surrounding.record")
