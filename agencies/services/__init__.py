"""Every change to the directory, to who belongs to an agency, and to what they may read."""

from agencies.services.attendance import (
    Cover,
    PeriodEntry,
    add_county_term,
    add_period,
    end_absence,
    remove_period,
    say_away,
    set_cover,
)
from agencies.services.directory import (
    AgencyEntry,
    DeskEntry,
    add_agency,
    add_desk,
    edit_agency,
    edit_desk,
    found_partnership,
)
from agencies.services.invitations import (
    Offer,
    cancel_invitation,
    invite,
    invite_first_coordinator,
    join,
    join_with_new_account,
    send_again,
)
from agencies.services.people import authorise, change_roles, end_membership
from agencies.services.resets import ask_reset, cancel_reset, confirm_reset

__all__ = [
    "AgencyEntry",
    "Cover",
    "DeskEntry",
    "Offer",
    "PeriodEntry",
    "add_agency",
    "add_county_term",
    "add_desk",
    "add_period",
    "ask_reset",
    "authorise",
    "cancel_invitation",
    "cancel_reset",
    "change_roles",
    "confirm_reset",
    "edit_agency",
    "edit_desk",
    "end_absence",
    "end_membership",
    "found_partnership",
    "invite",
    "invite_first_coordinator",
    "join",
    "join_with_new_account",
    "remove_period",
    "say_away",
    "send_again",
    "set_cover",
]
