"""Memberships, seats at desks, and authorisations: every row that confers power is attested."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from agencies.models.directory import Agency, Desk
from kernel.actors import Role
from kernel.attestation import Attested, Versioned
from kernel.models import BaseModel
from kernel.tiers import Tier

ROLE_CODES = [role.value for role in Role]
ROLE_CHOICES = [(role.value, role.label) for role in Role]


class Membership(Versioned, BaseModel):
    """A person working for an agency in some roles. Ends once, and takes effect at once."""

    attested = ("user_id", "agency_id", "roles", "ended_at")

    class Privacy:
        keep = "STAFF"
        clear = {"agency", "roles", "joined_at", "ended_at", "version", "mac_key_id"}
        staff = {"user", "job_title", "ended_by"}
        secret = {"mac"}

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=ROLE_CHOICES))
    job_title = models.CharField(max_length=80, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency"],
                name="agencies_one_live_membership_per_person_and_agency",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="agencies_a_membership_has_known_roles",
                condition=Q(roles__len__gt=0, roles__contained_by=ROLE_CODES),
            ),
            models.CheckConstraint(
                name="agencies_whoever_ends_a_membership_is_named",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    @property
    def role_set(self) -> frozenset[Role]:
        return frozenset(map(Role, self.roles))


class DeskSeat(Versioned, BaseModel):
    """A person's seat at a desk of their agency: what is sent to the desk reaches them."""

    attested = ("membership_id", "desk_id", "ended_at")

    class Privacy:
        keep = "STAFF"
        clear = {"desk", "started_at", "ended_at", "version", "mac_key_id"}
        staff = {"membership"}
        secret = {"mac"}

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="seats")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="seats")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "desk"],
                name="agencies_one_live_seat_per_member_and_desk",
                condition=Q(ended_at__isnull=True),
            )
        ]


def _within_twelve_months() -> Q:
    """Until at most a year after from: an authorisation is looked at again every year (D17)."""
    year_later = Func(
        F("from_on"),
        template="CAST(%(expressions)s + interval '1 year' AS date)",
        output_field=models.DateField(),
    )
    return Q(until_on__gte=F("from_on"), until_on__lte=year_later)


class Authorisation(Attested, BaseModel):
    """Somebody specifically authorised a member up to a tier, for a reason, until a date (D17)."""

    app_may = "SELECT, INSERT"
    # Those from before each had an event of its own are listed by one of the membership
    signed_with = "membership_id"
    attested = ("membership_id", "tier", "granted_by_id", "from_on", "until_on")

    class Privacy:
        keep = "STAFF"
        clear = {"tier", "from_on", "until_on", "mac_key_id"}
        staff = {"membership", "reason", "granted_by"}
        secret = {"mac"}

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="authorisations")
    tier = models.PositiveSmallIntegerField(choices=Tier)
    # About the person's work; the form asks to name no child
    reason = models.CharField(max_length=300)
    # Empty where the operator who installed the portal invited its first coordinator
    granted_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agencies_an_authorisation_lasts_twelve_months_at_most",
                condition=_within_twelve_months(),
            ),
            models.CheckConstraint(
                name="agencies_nobody_authorises_themselves",
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("membership")),
            ),
        ]

    @property
    def was_ended(self) -> bool:
        """Whether somebody ended it before its date."""
        return hasattr(self, "end")


class AuthorisationEnd(BaseModel):
    """The end of an authorisation before its date. Insert-only: nobody takes it back by SQL."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "STAFF"
        clear = {"authorisation", "ended_at"}
        staff = {"ended_by"}

    authorisation = models.OneToOneField(Authorisation, models.PROTECT, related_name="end")
    ended_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(default=timezone.now)
