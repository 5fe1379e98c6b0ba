"""What makes a password good enough, after the National Cyber Security Centre's advice.

Length, not tricks: at least fourteen characters, or three words. Nothing has to be a digit or a
capital, nothing expires. What everybody tries first does not count: common passwords, words of
this service, and the person's own name and address.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from accounts.models import User

SHORTEST = 14
WORDS = 3
HINT = (
    "Use at least 14 characters, or three random words. "
    "You can use spaces, and you do not need numbers or symbols."
)

_SERVICE = frozenset(
    [
        "isp",
        "portal",
        "safeguarding",
        "partnership",
        "partner",
        "information",
        "sharing",
        "share",
        "safeguard",
        "children",
        "child",
        "council",
        "police",
        "school",
        "health",
        "nhs",
        "social",
        "care",
        "worker",
        "password",
        "passphrase",
    ]
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class LongOrThreeWords:
    """The one validator. Each refusal says what to do."""

    def validate(self, password: str, user: User | None = None) -> None:
        if _is_common(password):
            raise ValidationError(
                "Choose a password that other people do not use. Three random words are easy "
                "to remember and hard to guess",
                code="common",
            )
        if not _is_long_enough(password):
            raise ValidationError(
                "Make your password longer: use at least 14 characters or three words",
                code="short",
            )
        if not _is_long_enough(_without(password, _expected(user))):
            raise ValidationError(
                "Choose words that do not come from your name, your email address or this "
                "service. Add another random word or two",
                code="expected",
            )

    def get_help_text(self) -> str:
        return HINT


def _is_long_enough(password: str) -> bool:
    return len(password.strip()) >= SHORTEST or len(_words(password)) >= WORDS


def _words(password: str) -> set[str]:
    """Different words: apart from each other, or each with its own capital."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", password)
    return {word.casefold() for word in _WORD.findall(apart)}


def _is_common(password: str) -> bool:
    """On the list of common passwords, bare or dressed up: repeated, with digits, in a row."""
    bare = password.casefold().strip()
    letters = re.sub(r"[\W\d_]+$|^[\W\d_]+", "", bare)
    together = re.sub(r"[\W_]", "", letters)
    candidates = {bare, letters, _unit(bare), _unit(letters), _unit(together)} - {""}
    monotonous = len(bare) >= SHORTEST and len(set(bare)) < 5
    return not candidates.isdisjoint(_common()) or monotonous or _is_a_row(bare)


def _unit(text: str) -> str:
    """The part that the text repeats; the text itself where it does not."""
    return text[: (text + text).find(text, 1)] if text else ""


def _is_a_row(text: str) -> bool:
    """Whether most of it runs along the alphabet, the digits or the keyboard."""
    runs = [row for run in _RUNS for row in (run, run[::-1])]
    steps = [text[i : i + 2] for i in range(len(text) - 1)]
    following = sum(any(step in run for run in runs) for step in steps)
    return len(text) > 5 and following >= 0.7 * len(steps)


def _without(password: str, words: frozenset[str]) -> str:
    """The password without the words that somebody else would expect in it."""
    for word in sorted(words, key=len, reverse=True):
        password = re.sub(re.escape(word), " ", password, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", password)


def _expected(user: User | None) -> frozenset[str]:
    own = f"{user.full_name} {user.email}" if user else ""
    known = f"{own} {settings.PARTNERSHIP_NAME}".casefold()
    return _SERVICE.union(_WORD.findall(known))


@cache
def _common() -> frozenset[str]:
    """Django's list of 20,000, gathered from breaches by Royce Williams."""
    path = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    return frozenset(gzip.decompress(path.read_bytes()).decode().split())
