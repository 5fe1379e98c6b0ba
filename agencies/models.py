"""Agencies, desks, memberships, seats, authorisations and invitations."""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from agencies.sectors import Duty, Kind, Sector
from kernel.actors import Role
from kernel.attestation import Attested
from kernel.clocks import WorkingHours
from kernel.models import BaseModel
from kernel.tiers import Tier

ROLE_CODES = [role.value for role in Role]
ROLE_CHOICES = [(role.value, role.label) for role in Role]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def monday_to_friday() -> list[int]:
    """The days on which most desks are attended."""
    return list(range(5))


class Agency(BaseModel):
    """An organisation of the partnership, with its standing under the duty to share (s.16LA)."""

    class Privacy:
        keep = "PERMANENT"
        clear = {
            "name",
            "short_name",
            "sector",
            "kind",
            "area",
            "duty",
            "is_partnership",
            "ended_on",
        }

    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    sector = models.CharField(max_length=20, choices=Sector)
    kind = models.CharField(max_length=20, choices=Kind)
    area = models.CharField(max_length=120, blank=True)
    duty = models.CharField(max_length=10, choices=Duty)
    # The one agency whose coordinators keep the directory
    is_partnership = models.BooleanField(default=False)
    # The first day on which it no longer takes part
    ended_on = models.DateField(null=True)

    class Meta:
        permissions = [("manage_agency", "Keep an agency's people and desks")]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="agencies_no_two_agencies_share_a_name"),
            models.UniqueConstraint(
                Lower("short_name"), name="agencies_no_two_agencies_share_a_short_name"
            ),
            models.UniqueConstraint(
                "is_partnership",
                name="agencies_one_agency_is_the_partnership",
                condition=Q(is_partnership=True),
            ),
        ]

    def has_ended(self, today: date) -> bool:
        """Whether the agency has left the partnership."""
        return self.ended_on is not None and self.ended_on <= today


class AgencyUserObjectPermission(UserObjectPermissionBase):
    """guardian's appointment of a person to manage an agency; idle without an attested membership."""

    app_may = "SELECT, INSERT, DELETE"

    class Privacy:
        keep = "STAFF"
        clear = {"permission", "content_object"}
        staff = {"user"}

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    permission = models.ForeignKey("auth.Permission", models.PROTECT, related_name="+")
    content_object = models.ForeignKey(Agency, models.PROTECT, related_name="+")

    class Meta(UserObjectPermissionBase.Meta):
        pass

    def __str__(self) -> str:
        return f"AgencyUserObjectPermission {self.pk}"


class Desk(BaseModel):
    """Where an agency takes requests: its hours, its role mailbox, and whom to ring outside them."""

    class Privacy:
        keep = "PERMANENT"
        clear = {
            "agency",
            "name",
            "mailbox",
            "phone",
            "opens",
            "closes",
            "days",
            "out_of_hours",
            "is_open",
        }

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="desks")
    name = models.CharField(max_length=80)
    mailbox = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(17))
    # 0 is Monday
    days = ArrayField(models.PositiveSmallIntegerField(), default=monday_to_friday)
    out_of_hours = models.CharField(max_length=200, blank=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "agency", Lower("name"), name="agencies_no_two_desks_of_an_agency_share_a_name"
            ),
            models.CheckConstraint(
                name="agencies_a_desk_opens_before_it_closes", condition=Q(opens__lt=F("closes"))
            ),
            models.CheckConstraint(
                name="agencies_a_desk_opens_on_some_weekday",
                condition=Q(days__len__gt=0, days__contained_by=list(range(7))),
            ),
        ]

    @property
    def hours(self) -> WorkingHours:
        """The desk's hours as the clocks count them."""
        return WorkingHours(self.opens, self.closes, frozenset(self.days))


class Membership(Attested, BaseModel):
    """A person working for an agency in some roles. Ends once, and takes effect at once."""

    attested = ("user_id", "agency_id", "roles", "ended_at")

    class Privacy:
        keep = "STAFF"
        clear = {"agency", "roles", "joined_at", "ended_at", "mac_key_id"}
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


class DeskSeat(Attested, BaseModel):
    """A person's seat at a desk of their agency: what is sent to the desk reaches them."""

    attested = ("membership_id", "desk_id", "ended_at")

    class Privacy:
        keep = "STAFF"
        clear = {"desk", "started_at", "ended_at", "mac_key_id"}
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


class Invitation(Attested, BaseModel):
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
