"""Lost devices: who asked that somebody be let in anew, and who agreed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from agencies.models.people import Membership
from kernel.attestation import Versioned
from kernel.models import BaseModel

# A request that nobody agreed to in a day is made anew: the person is asked again who they are.
WAITS = timedelta(days=1)


class KnownBy(models.TextChoices):
    """How whoever asks made sure that it is the person, and not somebody who says so."""

    IN_PERSON = "IN_PERSON", "They stood before me"
    VIDEO = "VIDEO", "I saw them in a video call, and I know their face"
    RANG_BACK = "RANG_BACK", "I rang them on a number that I had before, and I know their voice"


class DeviceReset(Versioned, BaseModel):
    """Somebody lost every device. One person asks for the reset, another agrees, then it is done.

    Attested: one that was asked for by SQL is not there to be agreed to.
    """

    attested = (
        "membership_id",
        "asked_by_id",
        "asked_at",
        "confirmed_by_id",
        "confirmed_at",
        "cancelled_by_id",
    )

    class Privacy:
        keep = "STAFF"
        clear = {
            "known_by",
            "asked_at",
            "confirmed_at",
            "cancelled_at",
            "version",
            "mac_key_id",
        }
        staff = {"membership", "asked_by", "confirmed_by", "cancelled_by"}
        secret = {"mac"}

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    known_by = models.CharField(max_length=10, choices=KnownBy)
    asked_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                name="agencies_one_device_reset_waits_for_a_member",
                condition=Q(confirmed_at__isnull=True, cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="agencies_nobody_resets_their_own_device",
                condition=~Q(asked_by=F("membership"))
                & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("membership"))),
            ),
            models.CheckConstraint(
                name="agencies_a_device_reset_has_one_end",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                & (
                    Q(cancelled_by__isnull=True, cancelled_at__isnull=True)
                    | Q(cancelled_by__isnull=False, cancelled_at__isnull=False)
                )
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                & Q(cancelled_by__isnull=True, cancelled_at__isnull=True),
            ),
        ]

    @property
    def waits(self) -> bool:
        """Whether nobody has agreed to it or called it off."""
        return self.confirmed_at is None and self.cancelled_at is None

    def has_expired(self, now: datetime) -> bool:
        """Whether it was asked for too long ago to be agreed to."""
        return now - self.asked_at > WAITS
