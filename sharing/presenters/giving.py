"""Something to share unasked, before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sharing.models import Purpose
from sharing.presenters.answering import RecipientCheck, item_views
from sharing.presenters.answers import ItemView
from sharing.presenters.asking import PersonRow, person_row
from sharing.presenters.family import AsTyped, Rows, family_rows
from sharing.services.written import WrittenShare


@dataclass(frozen=True, slots=True, repr=False)
class GivenPerson:
    """Somebody, with what is shared about them."""

    row: PersonRow
    items: tuple[tuple[str, ItemView], ...]


@dataclass(frozen=True, slots=True, repr=False)
class ShareCheck:
    """Everything that the share will say, and who could open how much of it."""

    people: tuple[GivenPerson, ...]
    purpose: str
    why: str
    family: Rows
    recipients: tuple[RecipientCheck, ...]


def share_check(
    written: WrittenShare, purposes: Sequence[Purpose], recipients: tuple[RecipientCheck, ...]
) -> ShareCheck:
    """The draft as its recipients will get it."""
    labels = {one.pk: one.label for one in purposes}
    return ShareCheck(
        people=tuple(
            GivenPerson(person_row(person), item_views(items)) for person, items in written.people
        ),
        purpose=labels.get(written.purpose_id, "") if written.purpose_id else "",
        why=written.why,
        family=family_rows(written.family, AsTyped()) if written.family else (),
        recipients=recipients,
    )
