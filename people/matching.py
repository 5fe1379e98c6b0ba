"""What a person is found again by: the words of their names, how they sound, and dates.

Plain text in, plain codes out; `people.tokens` makes them blind. Nothing here confirms that two
records are about one person: a hit is a proposal, and a person decides (design: threads).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import jellyfish

from people.identity import BirthDateKind, Identity, PersonKind

# Typed where a name is not known: found by these, everybody would be found
PLACEHOLDERS = frozenset(
    [
        "unknown",
        "unnamed",
        "unborn",
        "baby",
        "babe",
        "infant",
        "newborn",
        "child",
        "boy",
        "girl",
        "male",
        "female",
        "twin",
        "sibling",
        "not",
        "known",
        "name",
        "none",
        "nil",
        "nk",
        "na",
        "tba",
        "tbc",
        "of",
        "the",
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
    ]
)
# Written apart or together: O'Brien, O Brien, OBrien; Mc Donald, McDonald
_PREFIXES = frozenset(["o", "mc", "mac", "d", "fitz"])
_APOSTROPHES = re.compile(r"['’‘ʼ`´ʻ＇]")
# Letters that no decomposition takes apart
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ħ": "h"}
)
# Spellings of one sound that English rules of thumb miss: Polish, Irish, Arabic in two hands
_RESPELLED = (
    ("sz", "sh"),
    ("cz", "ch"),
    ("bh", "v"),
    ("mh", "v"),
    ("w", "v"),
    ("aye", "ai"),
    ("mps", "ms"),
)
_SHORTEST_SOUND = 2
MOST_WORDS = 8


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """What somebody looks for. Holds plain text: never log or store it."""

    names: str = ""
    born_on: date | None = None
    nhs_number: str = ""

    @property
    def words(self) -> list[str]:
        """The words that every hit has, or that sound like one it has."""
        return list(dict.fromkeys(w for w in _whole(self.names) if _is_name(w)))[:MOST_WORDS]


def words(*names: str) -> set[str]:
    """Each word that a person with these names may be looked for by."""
    found = {word for name in names for word in (*_whole(name), *_parts(name))}
    return {word for word in found if _is_name(word)}


def sounds(word: str) -> set[str]:
    """How a word sounds, by two rules and in two spellings; nothing for other scripts."""
    if not word.isascii() or not word.isalpha():
        return set()
    spellings = {word, _respelled(word)}
    codes = {f"m{jellyfish.metaphone(one)}" for one in spellings}
    codes |= {f"n{jellyfish.nysiis(one)}" for one in spellings}
    return {code for code in codes if len(code) > _SHORTEST_SOUND}


def names_of(person: Identity) -> Iterator[str]:
    """The names by which somebody is found; an unborn child also by the mother's."""
    yield from (person.first_names, person.last_name, person.other_names)
    if person.kind is PersonKind.UNBORN:
        yield person.mother


def birth_date_of(person: Identity) -> date | None:
    """A date that can be compared: neither an estimate nor a day that is still to come."""
    is_exact = person.birth_kind is BirthDateKind.EXACT and person.kind is not PersonKind.UNBORN
    return person.born_on if is_exact else None


def _whole(text: str) -> Iterator[str]:
    """Words as one types them: apostrophes closed, particles joined, hyphens apart."""
    found = _split(_APOSTROPHES.sub("", _plain(text)))
    yield from (word for word in _joined(found) if word not in PLACEHOLDERS)


def _parts(text: str) -> Iterator[str]:
    """The same names otherwise written: hyphens closed, and what follows an apostrophe."""
    plain = _plain(text)
    for name in _APOSTROPHES.sub("", plain).split():
        if "-" in name and not PLACEHOLDERS & set(name.split("-")):
            yield "".join(_split(name))
    for name in plain.split():
        yield from (w for w in _split(_APOSTROPHES.split(name)[-1]) if w not in PLACEHOLDERS)


def _is_name(word: str) -> bool:
    """An initial is none; one sign of another script may be."""
    return len(word) > 1 or not word.isascii()


def _plain(text: str) -> str:
    """One case, no accents, one kind of hyphen."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return re.sub(r"[\u2010-\u2015\u2212]", "-", bare)


def _split(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def _joined(found: Iterable[str]) -> Iterator[str]:
    before = ""
    for word in found:
        if word in _PREFIXES and not before:
            before = word
            continue
        yield before + word
        before = ""
    if before:
        yield before


def _respelled(word: str) -> str:
    for spelling, other in _RESPELLED:
        word = word.replace(spelling, other)
    return word


def resembles(typed: str, name: str) -> bool:
    """Whether two names may well be one person's: each word of the shorter is, or sounds like, one.

    For a warning that blocks nothing: it would rather warn once too often.
    """
    one, other = ([w for w in _whole(text) if _is_name(w)] for text in (typed, name))
    few, many = sorted((one, other), key=len)
    return bool(few) and all(any(_alike(word, candidate) for candidate in many) for word in few)


def _alike(word: str, other: str) -> bool:
    return word == other or bool(sounds(word) & sounds(other))
