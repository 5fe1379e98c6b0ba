"""Reading the configuration: purposes, footings, limits."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from sharing.clock import Clock
from sharing.models import (
    Chasing,
    Footing,
    Purpose,
    TimeLimit,
)
from sharing.states import Urgency


def purposes(on: date) -> QuerySet[Purpose]:
    """The purposes in force on a day, in the order in which people choose."""
    current = Purpose.objects.filter(valid_from__lte=on).order_by("code", "-valid_from")
    return Purpose.objects.filter(pk__in=current.distinct("code").values("pk")).order_by("position")


def footings(on: date) -> dict[str, Footing]:
    """The lawful footing of each kind of agency on a day."""
    current = Footing.objects.filter(valid_from__lte=on).order_by("code", "-valid_from")
    return {footing.code: footing for footing in current.distinct("code")}


def time_limit(urgency: str, on: date) -> TimeLimit:
    """The limit of an urgency on a day."""
    found = TimeLimit.objects.filter(urgency=urgency, valid_from__lte=on)
    return found.latest("valid_from")


def time_limits(on: date) -> dict[Urgency, TimeLimit]:
    """The limit of each urgency on a day."""
    current = TimeLimit.objects.filter(valid_from__lte=on).order_by("urgency", "-valid_from")
    return {Urgency(limit.urgency): limit for limit in current.distinct("urgency")}


def chasing(on: date) -> dict[Urgency, Chasing]:
    """When people are told that time runs out, for each urgency on a day."""
    current = Chasing.objects.filter(valid_from__lte=on).order_by("urgency", "-valid_from")
    return {Urgency(one.urgency): one for one in current.distinct("urgency")}


def clock(urgency: str, on: date) -> Clock:
    """One urgency's limit and its chasing on a day."""
    return Clock(time_limit(urgency, on), chasing(on)[Urgency(urgency)])
