"""Blank forms for a day without the portal: the same questions and lists as on the screens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from consent.states import Consent, Ground, How, Told
from kernel.presenting import plural
from kernel.tiers import Tier
from people.identity import BirthDateKind, PersonKind
from sharing.models import Purpose, TimeLimit
from sharing.presenters.blanks import Grid, Lines, Part, Sheet, Ticks
from sharing.states import (
    Category,
    FamilyMaySee,
    Outcome,
    RefusalGround,
    Standing,
    Urgency,
)
from sharing.states.contact import Channel, Check, Direction, Verification, VerificationResult


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists that are configuration, as they stand today."""

    purposes: tuple[Purpose, ...]
    limits: dict[Urgency, TimeLimit]


def sheets(lists: Lists) -> tuple[Sheet, ...]:
    """Every blank form, in the order in which they are needed."""
    return (_request(lists), _contact(), _decision(), _share(lists), _attendance())


def _request(lists: Lists) -> Sheet:
    return Sheet(
        "request",
        "Request for information",
        "You ask another agency. Ring them as well if a child may be in danger.",
        (
            _written_by("Asked on (date and time)"),
            *(_person(number) for number in (1, 2)),
            _reason(lists),
            Part("How soon", (Ticks("How soon do you need an answer?", _urgencies(lists)),)),
            _family(),
            Part(
                "Whom you asked",
                (Grid("", ("Agency and desk", "Who answered", "By what means", "Date and time")),),
            ),
            _afterwards(),
        ),
    )


def _contact() -> Sheet:
    return Sheet(
        "contact",
        "Log of a call, visit, letter or e-mail",
        "Somebody rang, wrote or came, or you did. One sheet for each contact.",
        (
            _written_by("It happened on (date and time)"),
            Part(
                "The contact",
                (
                    Ticks("Who turned to whom?", _labels(Direction)),
                    Ticks("By what means?", _labels(Channel)),
                    Lines("Their name, role and agency", 2),
                    Lines("Their number, from the contact sheet and not from the caller"),
                    Ticks("How did you know who they were?", _labels(Verification)),
                    Ticks("What came of that?", _labels(VerificationResult)),
                    Ticks("What was seen to?", _labels(Check), several=True),
                ),
            ),
            _person(1),
            Part(
                "What was said",
                (
                    Lines("What was asked, and what for", 4),
                    Ticks("What was decided?", _labels(Outcome)),
                    Lines("What was told, word for word where it matters", 6),
                    Lines("What was withheld, and why", 3),
                ),
            ),
            _family(),
            Part("What happens next", (Lines("Who does what, by when", 2),)),
            _afterwards(),
        ),
    )


def _decision() -> Sheet:
    return Sheet(
        "decision",
        "Record of a decision to share or not to share",
        "Your desk was asked. One sheet for each person whom you were asked about.",
        (
            _written_by("Decided on (date and time)"),
            Part(
                "What was asked",
                (
                    Lines("Who asked: name, role, agency, telephone", 2),
                    Lines("Their reference, and when it reached you"),
                    Lines("What for, and what they need to know", 3),
                ),
            ),
            _person(1),
            Part(
                "Your decision",
                (
                    Ticks("What can you tell?", _labels(Outcome)),
                    Lines("What you searched, and when", 2),
                    Ticks("If not shared: on what ground?", _labels(RefusalGround)),
                    Lines("The reason in your own words", 3),
                    Lines("Why sharing would be more detrimental to the child", 2),
                    Lines("Looked at again on (date)"),
                    Lines("Advice taken: from whom, when, what they said", 3),
                ),
            ),
            _items(),
            _afterwards(),
        ),
    )


def _share(lists: Lists) -> Sheet:
    return Sheet(
        "share",
        "Record of information shared unasked",
        "You tell another agency something that it did not ask for.",
        (
            _written_by("Shared on (date and time)"),
            _person(1),
            _reason(lists),
            _items(),
            Part(
                "To whom, and how",
                (
                    Grid("", ("Name, role and agency", "By what means", "Date and time")),
                    Ticks("What was seen to?", _labels(Check), several=True),
                ),
            ),
            _family(),
            _afterwards(),
        ),
    )


def _attendance() -> Sheet:
    return Sheet(
        "attendance",
        "Meeting: confidentiality statement and who was there",
        "The chair reads the statement out; everybody signs before the meeting begins.",
        (
            Part("The meeting", (Lines("What it is called, and about which reference"),
                                 Lines("Date, time begun and ended, place"), Lines("Chair"))),
            Part(
                "Who was there",
                (Grid("", ("Name", "Signature", "Job title or role", "Contact details", "From – to"), 16),),
            ),
            Part("Who sent apologies, or information instead", (Lines("", 3),)),
        ),
        statement=(
            "What is said here is strictly confidential, under the partnership’s information sharing agreement.",
            "Nothing goes to anybody outside without the agreement of the partner whose information it is, and the chair’s consent.",
            "Say and take only what is needed to know. Tell fact from opinion, and say where you doubt that something is right.",
            "Stay only for the parts in which you may give or receive information.",
            "Keep papers and notes secure and confidential; destroy them safely.",
        ),
    )  # fmt: skip


def _written_by(when: str) -> Part:
    return Part(
        "When, and by whom",
        (
            Lines(when),
            Lines("Written down on (date and time)"),
            Lines("Your name, role, agency and desk", 2),
            Lines("Your telephone"),
        ),
    )


def _person(number: int) -> Part:
    return Part(
        f"Person {number}",
        (
            Ticks("Who is it?", _labels(PersonKind)),
            Lines("First names"),
            Lines("Last name"),
            Lines("Other names, or names used before"),
            Lines("Date of birth, or due date"),
            Ticks("How sure is the date?", _labels(BirthDateKind)),
            Lines("NHS number"),
            Lines("Address. If it must be protected, write “protected” and not the address"),
        ),
    )


def _reason(lists: Lists) -> Part:
    return Part(
        "Why, and for what",
        (
            Ticks("What is it for?", tuple(one.label for one in lists.purposes)),
            Ticks("What kinds of information?", _labels(Category), several=True),
            Ticks("Up to which tier?", tuple(f"{one.label}: {one.means}" for one in Tier)),
            Lines("Why is it needed?", 6),
        ),
    )


def _family() -> Part:
    return Part(
        "What the family knows",
        (
            Ticks("Does the family know?", _labels(Told)),
            Lines("Who was told, and when; or why not"),
            Ticks("How does consent stand?", _labels(Consent)),
            Ticks("If obtained, how?", _labels(How)),
            Ticks("If refused or not sought, on what ground?", _labels(Ground), several=True),
            Lines("Your judgement in your own words", 3),
        ),
    )


def _items() -> Part:
    standing = " / ".join(_labels(Standing))
    return Part(
        "What is shared",
        (
            Grid(
                "",
                (
                    "The information, as of which date",
                    standing,
                    "Source",
                    f"Tier ({', '.join(one.label for one in Tier)})",
                    f"May the family see it? ({', '.join(_labels(FamilyMaySee))})",
                ),
                6,
            ),
        ),
    )


def _afterwards() -> Part:
    return Part(
        "When the portal is back",
        (
            Lines("Copied into the portal on (date and time), by whom"),
            Lines("Reference that the portal gave"),
        ),
    )


def _urgencies(lists: Lists) -> tuple[str, ...]:
    return tuple(f"{one.label} ({_limit(lists.limits[one])})" for one in Urgency)


def _limit(limit: TimeLimit) -> str:
    hours = plural(limit.hours, "working hour" if limit.working else "hour")
    return f"{hours}{'' if limit.working else ' by the clock'}"


def _labels(choices: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(one.label) for one in choices)  # type: ignore[attr-defined]  # choices all have one
