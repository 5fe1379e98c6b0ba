"""Agencies, desks, memberships, seats, authorisations and invitations."""

from agencies.models.directory import (
    WEEKDAYS,
    Agency,
    AgencyUserObjectPermission,
    Desk,
    monday_to_friday,
)
from agencies.models.invitations import Invitation
from agencies.models.people import Authorisation, AuthorisationEnd, DeskSeat, Membership

__all__ = [
    "WEEKDAYS",
    "Agency",
    "AgencyUserObjectPermission",
    "Authorisation",
    "AuthorisationEnd",
    "Desk",
    "DeskSeat",
    "Invitation",
    "Membership",
    "monday_to_friday",
]
