"""The words of each notice about advice. None says what the question is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of message, in the words of the template of notices."""

    subject: str
    heading: str
    words: str


NOTICES = {
    "ASKED": Notice(
        "{reference}: a colleague asks for your advice",
        "A colleague asks for your advice",
        "Somebody of your agency is unsure about a decision and asks you as a designated lead. "
        "Sign in to read the question and answer it.",
    ),
    "ANSWERED": Notice(
        "{reference}: your question has been answered",
        "A designated lead has answered your question",
        "Sign in to read the advice.",
    ),
}
