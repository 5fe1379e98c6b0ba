"""The words of each notice. None says whom or what it is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of message: `about` says in whose scope its target must lie, `view` where it leads.

    One that is `while_open` is not sent once the desk has answered.
    """

    subject: str
    heading: str
    words: str
    about: str
    view: str
    while_open: bool = False


NOTICES = {
    "NEW_REQUEST": Notice(
        "{reference}: a request waits at your desk",
        "A request waits at your desk",
        "An agency has asked your desk for information. Sign in to see it and by when it is due.",
        "ask",
        "sharing:ask",
        while_open=True,
    ),
    "ANSWERED": Notice(
        "{reference}: a desk has answered",
        "A desk has answered your request",
        "Sign in to read the answer. Opening it tells the sender that it arrived.",
        "own_ask",
        "sharing:own_ask",
    ),
    "SHARE_WAITING": Notice(
        "{reference}: information waits for you",
        "Information has been shared with you",
        "Sign in to read it. Opening it tells the sender that it arrived.",
        "answer",
        "sharing:answer",
    ),
    "ADDRESS_RELEASED": Notice(
        "{reference}: something was released to you",
        "Something was released to you",
        "Sign in to read it. You are asked for a fresh code first, and each look is on record.",
        "release",
        "sharing:released_address",
    ),
    "ESCALATED": Notice(
        "{reference}: a disagreement waits for you",
        "A disagreement waits for you",
        "Two agencies do not agree about a request. Sign in to see who should speak about it and "
        "by when.",
        "escalation",
        "sharing:escalation",
    ),
    "ESCALATION_LATE": Notice(
        "{reference}: the time for this level is up",
        "The time for this level is up",
        "Write down what came of it, or take the disagreement to the next level.",
        "escalation",
        "sharing:escalation",
    ),
    "ESCALATION_ENDED": Notice(
        "{reference}: a disagreement has ended",
        "A disagreement has ended",
        "Sign in to read what came of it.",
        "escalation",
        "sharing:escalation",
    ),
    "OVERDUE_AT_DESK": Notice(
        "{reference}: a request at your desk is overdue",
        "A request at your desk is overdue",
        "The time to answer has passed. Please answer now, or ring the person who asked.",
        "ask",
        "sharing:ask",
        while_open=True,
    ),
    "OVERDUE_TO_ASKER": Notice(
        "{reference}: an answer is overdue",
        "An answer to your request is overdue",
        "The desk has been told again. If a child may be in danger, do not wait: ring them.",
        "own_ask",
        "sharing:own_ask",
        while_open=True,
    ),
    "NEARLY_DUE": Notice(
        "{reference}: a request at your desk is nearly due",
        "A request at your desk is nearly due",
        "Little time is left. Please answer, or ring the person who asked if you cannot.",
        "ask",
        "sharing:ask",
        while_open=True,
    ),
    "HANDED_ON": Notice(
        "{reference}: a request was given to you",
        "A request was given to you to answer",
        "Somebody at your agency asks you to answer it. Sign in to see by when it is due.",
        "ask",
        "sharing:ask",
        while_open=True,
    ),
    "PASSED_TO_YOU": Notice(
        "{reference}: a request was passed on to your desk",
        "A request was passed on to your desk",
        "Nobody is at the desk that was asked, and yours takes over. Sign in to see by when it is due.",
        "ask",
        "sharing:ask",
        while_open=True,
    ),
    "PASSED_FROM_DESK": Notice(
        "{reference}: a request was passed on from your desk",
        "A request was passed on from your desk",
        "Nobody was there to answer, so your named fallback was asked. You can still read and answer it.",
        "ask",
        "sharing:ask",
    ),
    "PASSED_TO_ASKER": Notice(
        "{reference}: your request was passed on",
        "Your request was passed on",
        "Nobody is at the desk that you asked, so its fallback was asked as you were shown. "
        "If a child may be in danger, do not wait: ring them.",
        "own_ask",
        "sharing:own_ask",
    ),
    "NOBODY_THERE": Notice(
        "{reference}: nobody is at the desk that was asked",
        "Nobody is at the desk that was asked",
        "No other desk takes over. Do not wait: ring the agency, or 999 if a child is in danger.",
        "own_ask",
        "sharing:own_ask",
        while_open=True,
    ),
    "WORD_BACK": Notice(
        "{reference}: what came of a request that you answered",
        "There is word of what came of a request that you answered",
        "Whoever asked has sent a line on what came of it. Sign in to read it.",
        "ask",
        "sharing:ask",
    ),
    "PUT_RIGHT": Notice(
        "{reference}: information that you were given was put right",
        "Something that was shared with you was put right",
        "Sign in, read what has changed, and say that you know. The sender waits for that.",
        "answer",
        "sharing:answer",
    ),
    "RECALLED": Notice(
        "{reference}: information reached you by mistake",
        "Something was shared with you by mistake",
        "It was taken back. Do not use it or pass it on. Sign in and say what became of any copies.",
        "recall",
        "sharing:recall",
    ),
    "RECALLED_UNOPENED": Notice(
        "{reference}: a share was taken back before anybody had opened it",
        "A share was taken back unopened",
        "Your agency sent information to the wrong place and took it back in time. It is on record.",
        "recall",
        "sharing:recall",
    ),
    "GIVEN_BACK": Notice(
        "{reference}: somebody says that what you shared was not for them",
        "What you shared was given back",
        "Whoever received it says that it was not meant for them. Sign in, and see who should have it.",
        "recall",
        "sharing:recall",
    ),
    "EMERGENCY_OPENED": Notice(
        "{reference}: opened in an emergency",
        "Somebody opened a record in an emergency",
        "A member of the agency let themselves read a record that they have no right to otherwise. "
        "Sign in to see who, why and until when. A lead who did not open it reviews it.",
        "emergency",
        "sharing:emergency_opening",
    ),
    "EMERGENCY_CHASED": Notice(
        "{reference}: the review of an emergency opening is late",
        "The review of an emergency opening is late",
        "Nobody has said yet whether it was justified. Sign in and review it, or end it.",
        "emergency",
        "sharing:emergency_opening",
    ),
    "EMERGENCY_REVIEWED": Notice(
        "{reference}: your emergency opening was reviewed",
        "Your emergency opening was reviewed",
        "Sign in to read what was found.",
        "emergency",
        "sharing:emergency_opening",
    ),
}
