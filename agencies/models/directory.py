"""Agencies and their desks."""

from __future__ import annotations

from datetime import date, time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from guardian.models import UserObjectPermissionBase

from agencies.sectors import Duty, Kind, Sector
from kernel.attestation import Versioned
from kernel.clocks import WorkingHours
from kernel.models import BaseModel

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def monday_to_friday() -> list[int]:
    """The days on which most desks are attended."""
    return list(range(5))


class Terms(models.TextChoices):
    """In which part of the year a desk is attended."""

    ALL_YEAR = "ALL_YEAR", "All year"
    COUNTY = "COUNTY", "In term only, by the county’s dates"
    OWN = "OWN", "In term only, by its own dates"


class Agency(Versioned, BaseModel):
    """An organisation of the partnership, with its standing under the duty to share (s.16LA).

    Attested: under whose name people send, whether it takes part, and which one is the partnership.
    """

    attested = ("name", "short_name", "is_partnership", "ended_on")

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
            "version",
            "mac_key_id",
        }
        secret = {"mac"}

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


class Desk(Versioned, BaseModel):
    """Where an agency takes requests: its hours, its role mailbox, and whom to ring outside them.

    Attested: under whose and which name people send to it.
    """

    attested = ("agency_id", "name")

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
            "always",
            "terms",
            "out_of_hours",
            "is_open",
            "version",
            "mac_key_id",
        }
        secret = {"mac"}

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="desks")
    name = models.CharField(max_length=80)
    mailbox = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(17))
    # 0 is Monday
    days = ArrayField(models.PositiveSmallIntegerField(), default=monday_to_friday)
    # Attended day and night, every day of the year
    always = models.BooleanField(default=False)
    terms = models.CharField(max_length=10, choices=Terms, default=Terms.ALL_YEAR)
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
        """The desk's usual week. What the clocks count is in agencies.attendance.hours_of."""
        return WorkingHours(self.opens, self.closes, frozenset(self.days), always=self.always)
