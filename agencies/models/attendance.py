"""When nobody is at a desk: closed days, school terms, who is away, and who takes over."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.utils import timezone

from agencies.models.directory import Desk
from agencies.models.people import Membership
from kernel.attestation import Versioned
from kernel.clocks import Days
from kernel.models import BaseModel

# Nobody means more than a year; and no clock counts through nothing for ever
LONGEST = 366


def _at_most_a_year() -> Q:
    latest: CombinedExpression = F("from_on") + LONGEST
    return Q(until_on__gte=F("from_on"), until_on__lte=latest)


class Period(BaseModel):
    """Some days of a desk's year: closed to everybody, or a school term. Taken out, it stays on record.

    A term of no desk is one of the county's, which desks may follow.
    """

    class Kind(models.TextChoices):
        """What the days are."""

        CLOSED = "CLOSED", "Closed"
        TERM = "TERM", "School term"

    class Privacy:
        keep = "PERMANENT"
        clear = {"desk", "kind", "what", "from_on", "until_on", "removed_at"}

    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="periods")
    kind = models.CharField(max_length=10, choices=Kind)
    what = models.CharField(max_length=80)
    from_on = models.DateField()
    until_on = models.DateField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agencies_a_period_lasts_a_year_at_most", condition=_at_most_a_year()
            ),
            models.CheckConstraint(
                name="agencies_only_a_desk_is_closed",
                condition=Q(kind="TERM") | Q(desk__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["desk", "from_on"],
                name="agencies_periods_of_a_desk",
                condition=Q(removed_at__isnull=True),
            )
        ]

    @property
    def days(self) -> Days:
        """The days as the clocks count them."""
        return Days(self.from_on, self.until_on)


class Fallback(Versioned, BaseModel):
    """The desk that takes over where nobody is. Attested: what waits is passed on to it."""

    attested = ("desk_id", "to_id")

    class Privacy:
        keep = "PERMANENT"
        clear = {"desk", "to", "version", "mac_key_id"}
        secret = {"mac"}

    desk = models.OneToOneField(Desk, models.PROTECT, related_name="fallback")
    # Empty once the desk names none any more
    to = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agencies_no_desk_falls_back_on_itself",
                condition=Q(to__isnull=True) | ~Q(to=F("desk")),
            )
        ]


class Absence(BaseModel):
    """A member is away from a day to a day, and who stands in for them meanwhile."""

    class Privacy:
        keep = "STAFF"
        clear = {"from_on", "until_on", "said_at", "ended_at"}
        staff = {"membership", "stand_in", "said_by"}

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    said_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    # When they were back, or the plan was dropped
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agencies_an_absence_lasts_a_year_at_most", condition=_at_most_a_year()
            ),
            models.CheckConstraint(
                name="agencies_nobody_stands_in_for_themselves",
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=F("membership")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["membership", "until_on"],
                name="agencies_absences_to_come",
                condition=Q(ended_at__isnull=True),
            )
        ]
