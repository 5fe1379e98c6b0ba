"""Agencies, desks, memberships, seats, authorisations and invitations."""

from agencies.models.attendance import Absence, Fallback, Period
from agencies.models.directory import (
    WEEKDAYS,
    Agency,
    AgencyUserObjectPermission,
    Desk,
    Terms,
    monday_to_friday,
)
from agencies.models.invitations import Invitation
from agencies.models.people import Authorisation, AuthorisationEnd, DeskSeat, Membership
from agencies.models.resets import DeviceReset, KnownBy

__all__ = [
    "WEEKDAYS",
    "Absence",
    "Agency",
    "AgencyUserObjectPermission",
    "Authorisation",
    "AuthorisationEnd",
    "Desk",
    "DeskSeat",
    "DeviceReset",
    "Fallback",
    "Invitation",
    "KnownBy",
    "Membership",
    "Period",
    "Terms",
    "monday_to_friday",
]
