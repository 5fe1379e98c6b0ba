"""Invitations: a lead's offer of a membership, and the specific authorisation that it is (D17)."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from agencies.models.directory import Agency
from agencies.models.people import ROLE_CHOICES, ROLE_CODES, Membership
from kernel.actors import Role
from kernel.attestation import Versioned
from kernel.models import BaseModel
from kernel.tiers import Tier


class Invitation(Versioned, BaseModel):
    """A lead's offer of a membership, which is the specific authorisation as well (D17).

    The link in the message is signed when it is sent; the row holds no code that opens it.
    """

    attested = (
        "agency_id",
        "email",
        "roles",
        "desk_ids",
        "tier",
        "until_on",
        "invited_by_id",
        "expires_at",
        "sendings",
        "accepted_at",
        "cancelled_at",
    )

    class Privacy:
        keep = "STAFF"
        clear = {
            "agency",
            "roles",
            "desk_ids",
            "tier",
            "until_on",
            "expires_at",
            "accepted_at",
            "cancelled_at",
            "sendings",
            "version",
            "mac_key_id",
        }
        staff = {"email", "job_title", "reason", "invited_by", "membership"}
        secret = {"mac"}

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    roles = ArrayField(models.CharField(max_length=20, choices=ROLE_CHOICES))
    desk_ids = ArrayField(models.UUIDField(), default=list)
    job_title = models.CharField(max_length=80, blank=True)
    tier = models.PositiveSmallIntegerField(choices=Tier)
    reason = models.CharField(max_length=300)
    until_on = models.DateField()
    # Empty where the operator who installed the portal invites its first coordinator
    invited_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    # How many times it was sent; a link of an earlier sending no longer opens
    sendings = models.PositiveSmallIntegerField(default=1)
    # What accepting it made
    membership = models.OneToOneField(
        Membership, models.PROTECT, null=True, related_name="invitation"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "agency",
                Lower("email"),
                name="agencies_one_open_invitation_per_address_and_agency",
                condition=Q(accepted_at__isnull=True, cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="agencies_an_invitation_is_accepted_or_cancelled_not_both",
                condition=Q(accepted_at__isnull=True) | Q(cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="agencies_an_accepted_invitation_made_a_membership",
                condition=Q(accepted_at__isnull=True, membership__isnull=True)
                | Q(accepted_at__isnull=False, membership__isnull=False),
            ),
            models.CheckConstraint(
                name="agencies_an_invitation_offers_known_roles",
                condition=Q(roles__len__gt=0, roles__contained_by=ROLE_CODES),
            ),
        ]

    @property
    def role_set(self) -> frozenset[Role]:
        return frozenset(map(Role, self.roles))

    def has_expired(self, now: datetime) -> bool:
        """Whether its link came too late; it may be sent again."""
        return self.expires_at <= now
