"""An answer as it goes into another system: the same that its reader's page shows, and no more.

Text and PDF are written from the same sections, and the sections from the page's own presenter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from textwrap import indent
from uuid import UUID

from agencies.models import Membership
from kernel.decisions import Decision
from kernel.presenting import date_long, moment
from kernel.tiers import Tier
from sharing.models import Answer, Copy
from sharing.presenters.answers import AnswerView, ItemView
from sharing.presenters.people import PersonView
from sharing.presenters.shares import share_page
from sharing.states.papers import CopyForm
from vault import services as vault

MARKING = "OFFICIAL-SENSITIVE"
Rows = tuple[tuple[str, str], ...]
# What people wrote stands apart from what the portal says of it
_INDENT = "    "


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """One part of a copy: facts by name, then words as they were written."""

    heading: str
    rows: Rows = ()
    words: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class CopyPage:
    """What one reader takes away."""

    reference: str
    holder: str
    tier: Tier
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """Names nobody: it stands in a file's properties."""
        return f"Answer to {self.reference}"


@dataclass(frozen=True, slots=True)
class CopyStatus:
    """How far a PDF is."""

    id: UUID
    answer_id: UUID
    reference: str
    may_fetch: Decision


def copy_page(
    answer: Answer, opened: vault.Opened, *, holder: Membership, taken_at: datetime
) -> CopyPage:
    """An answer as services.open_for_copy gave it out, for whoever takes it away."""
    page = share_page(answer, opened)
    view = page.answer
    telephone = ", out of hours ".join(filter(None, (page.phone, page.out_of_hours)))
    return CopyPage(
        reference=page.reference,
        holder=f"{holder.user.full_name}, {holder.agency.short_name}",
        tier=max((item.tier for item in view.items), default=Tier.PERSONAL),
        sections=(
            _about(view, page.purpose, telephone, taken_at),
            *_person(view.person),
            *_reasons(view),
            *(_item(number, one) for number, one in enumerate(view.items, start=1)),
            *_withheld(view),
            Section("How to handle this", words="\n".join(f"• {one}" for one in page.handling)),
        ),
    )


def copy_status(copy: Copy, *, may_fetch: Decision) -> CopyStatus:
    return CopyStatus(copy.pk, copy.answer_id, copy.answer.reference, may_fetch)


def as_text(page: CopyPage) -> str:
    """The copy as plain text, to be pasted into a record of any kind."""
    return "\r\n".join("\r\n".join(block.splitlines()) for block in _blocks(page)) + "\r\n"


def file_name(copy: Copy) -> str:
    """Names nobody: only the reference and the day."""
    ending = "pdf" if copy.form == CopyForm.PDF else "txt"
    return f"{copy.answer.reference} {copy.taken_at:%Y-%m-%d}.{ending}"


def _blocks(page: CopyPage) -> Iterator[str]:
    yield MARKING
    yield page.title
    yield f"Copy of {page.holder}"
    for section in page.sections:
        yield ""
        yield section.heading.upper()
        yield from (f"{name}: {_continued(value)}" for name, value in section.rows)
        if section.words:
            yield indent(section.words, _INDENT)
    yield ""
    yield MARKING


def _continued(value: str) -> str:
    """Further lines of a value are set apart, so that none passes for a fact of its own."""
    return f"\n{_INDENT}".join(value.splitlines())


def _about(view: AnswerView, purpose: str, telephone: str, taken_at: datetime) -> Section:
    return Section(
        "This answer",
        _rows(
            ("Outcome", view.outcome),
            ("Decided", f"{moment(view.decided_at)} by {view.decided_by}, {view.desk}"),
            ("Given for", purpose),
            ("Sender’s telephone", telephone),
            ("Copied", moment(taken_at)),
        ),
    )


def _person(person: PersonView) -> Iterator[Section]:
    """Who it is about, whom to keep from it, and who is around them."""
    around = person.surroundings
    concerns = [("Concern", one) for one in around.concerns]
    yield Section("About", _rows(("Name", person.name), *person.particulars, *concerns))
    warnings = [("Unsafe contact", one) for one in person.warnings.unsafe]
    warnings += [
        ("Must not get this", f"{one.name}: {one.why}") for one in person.warnings.excluded
    ]
    if warnings:
        yield Section("Before you ring, write or pass anything on", tuple(warnings))
    for one in around.around:
        theirs = [("Concern", concern) for concern in one.concerns]
        yield Section(f"{one.name} ({one.relation})", _rows(*one.rows, *theirs))


def _reasons(view: AnswerView) -> Iterator[Section]:
    facts = _rows(
        ("Ground", view.ground),
        ("Looked at again on", date_long(view.review_on)),
        ("Searched", view.searched),
        ("Searched on", date_long(view.searched_on)),
        ("Try instead", view.try_desk),
    )
    if facts or view.reason:
        yield Section("The decision", facts, view.reason)
    if view.detriment:
        yield Section("Why sharing would be more detrimental to the child", words=view.detriment)


def _item(number: int, item: ItemView) -> Section:
    """One piece of information with everything that tells how far to rely on it (D32)."""
    return Section(
        f"{number}. {item.category}",
        _rows(
            ("Put right", ". ".join(filter(None, (item.mark, item.mark_reason)))),
            ("Fact or opinion", item.standing),
            ("Tier", item.tier.label),
            ("Source", item.source),
            ("As of", date_long(item.as_of_on) or "No date was given"),
            ("May the family see this?", item.family_may_see),
        ),
        item.body,
    )


def _withheld(view: AnswerView) -> Iterator[Section]:
    """The page's one sentence: neither what kind of information, nor how much."""
    if view.something_withheld:
        yield Section(
            "Not in this copy",
            words="Some of what was given is withheld from you. If a child’s safety depends on it, "
            "ring the desk that answered.",
        )


def _rows(*rows: tuple[str, str]) -> Rows:
    return tuple((name, value) for name, value in rows if value)
