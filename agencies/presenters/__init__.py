"""What the pages about agencies show, worked out before they are drawn."""

from agencies.presenters.directory import (
    AgencyPage,
    AgencyRow,
    DeskCard,
    agency_page,
    desk_card,
    desk_cards,
    directory_rows,
)
from agencies.presenters.people import (
    Clearance,
    InvitationRow,
    JoinPage,
    MemberRow,
    PastAuthorisation,
    history,
    invitation_rows,
    join_page,
    member_row,
    member_rows,
)
from agencies.presenters.resets import ResetPage, ResetRow, reset_page, reset_rows

__all__ = [
    "AgencyPage",
    "AgencyRow",
    "Clearance",
    "DeskCard",
    "InvitationRow",
    "JoinPage",
    "MemberRow",
    "PastAuthorisation",
    "ResetPage",
    "ResetRow",
    "agency_page",
    "desk_card",
    "desk_cards",
    "directory_rows",
    "history",
    "invitation_rows",
    "join_page",
    "member_row",
    "member_rows",
    "reset_page",
    "reset_rows",
]
