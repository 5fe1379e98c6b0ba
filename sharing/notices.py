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
}
