"""What one gave unasked, or logged: the list, and one of them opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.actors import Actor
from people.models import IdentitySnapshot
from sharing import channels
from sharing.models import Answer, Contact, Share
from sharing.presenters.answers import OUTCOME_KINDS, AnswerView, answer_views
from sharing.presenters.family import family_rows
from sharing.presenters.people import person_view
from sharing.states import Outcome
from sharing.states.contact import (
    Channel,
    Check,
    Direction,
    Ground,
    ShareKind,
    Verification,
    VerificationResult,
)
from vault import services as vault

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class GivenRow:
    """One line of the list."""

    id: UUID
    reference: str
    names: tuple[str, ...]
    how: str
    outcome: str
    outcome_kind: str
    happened_at: datetime
    by: str


@dataclass(frozen=True, slots=True, repr=False)
class GivenPage:
    """One share or log, as its own side reads it."""

    id: UUID
    reference: str
    how: str
    is_logged: bool
    happened_at: datetime
    written_at: datetime
    by: str
    purpose: str
    why: str
    contact: Rows
    family: Rows
    answers: tuple[AnswerView, ...]
    answered: str
    answered_ask: UUID | None
    warnings: tuple[str, ...]
    incident: str


def snapshots_of(shares: Iterable[Share]) -> list[IdentitySnapshot]:
    """Whom the shares are about, for opening all their names at once."""
    return [subject.snapshot for one in shares for subject in one.subjects.all()]


def given_rows(actor: Actor, shares: Iterable[Share], opened: vault.Opened) -> list[GivenRow]:
    """Lines of the list; shares as queries.narrow_given reads them."""
    return [_row(actor, one, opened) for one in shares]


def _row(actor: Actor, share: Share, opened: vault.Opened) -> GivenRow:
    first = next(iter(share.answers.all()), None)
    outcome = Outcome(first.outcome) if first else None
    return GivenRow(
        id=share.pk,
        reference=share.reference,
        names=tuple(person_view(one, opened).name for one in snapshots_of([share])),
        how=_how(share),
        outcome=outcome.label if outcome else "Answered a request",
        outcome_kind=OUTCOME_KINDS.get(outcome, "closed") if outcome else "done",
        happened_at=share.happened_at,
        by=_by(actor, share),
    )


def given_page(
    actor: Actor, share: Share, answers: Sequence[Answer], opened: vault.Opened, incident: str
) -> GivenPage:
    """One share with all that was said; answers as queries.answers_given reads them."""
    contact: Contact | None = getattr(share, "contact", None)
    ask = share.answered_ask
    return GivenPage(
        id=share.pk,
        reference=share.reference,
        how=_how(share),
        is_logged=share.kind == ShareKind.LOGGED,
        happened_at=share.happened_at,
        written_at=share.written_at,
        by=_by(actor, share),
        purpose=share.purpose.label if share.purpose else "",
        why=opened[share.why] or "",
        contact=_contact(contact, opened) if contact else (),
        family=family_rows(share.family, opened) if share.family else (),
        answers=answer_views(answers, opened),
        answered=ask.request.reference if ask else "",
        answered_ask=ask.pk if ask else None,
        warnings=tuple(_warnings(contact, opened)) if contact else (),
        incident=incident,
    )


def _contact(contact: Contact, opened: vault.Opened) -> Rows:
    """How it passed, and with whom; rows that say nothing are left out."""
    who = opened[contact.who] or {}
    agency = contact.agency.name if contact.agency else who.get("agency_typed", "")
    rows = (
        ("How", f"{Channel(contact.channel).label}: {_way(contact)}"),
        ("Their agency", agency),
        ("Their name", who.get("name", "")),
        ("Their role", who.get("role", "")),
        ("Number or address", who.get("number", "")),
        ("How we knew that it was them", _verified(contact)),
        ("Why, or what remained", opened[contact.verification_note] or ""),
        ("Ground", Ground(contact.ground).label if contact.ground else "Not noted"),
        ("Seen to", "\n".join(Check(one).label for one in contact.checks)),
        ("What follows", opened[contact.follow_up] or ""),
    )
    return tuple((name, value) for name, value in rows if value)


def _way(contact: Contact) -> str:
    incoming = contact.direction == Direction.INCOMING
    return "they turned to us" if incoming else "we turned to them"


def _verified(contact: Contact) -> str:
    how = Verification(contact.verification).label
    if not contact.verification_result:
        return how
    return f"{how}. {VerificationResult(contact.verification_result).label}"


def _warnings(contact: Contact, opened: vault.Opened) -> Iterable[str]:
    """What to think of, now that it has happened."""
    if contact.channel == Channel.EMAIL and contact.direction == Direction.OUTGOING:
        number = (opened[contact.who] or {}).get("number", "")
        checks = {Check(one) for one in contact.checks}
        if warning := channels.mail_warning(number, checks):
            yield warning
    if contact.verification_result == VerificationResult.DOUBTFUL:
        yield "You noted doubts about who they were. Ring back on the directory’s number."


def _how(share: Share) -> str:
    contact: Contact | None = getattr(share, "contact", None)
    return Channel(contact.channel).label if contact else ShareKind(share.kind).label


def _by(actor: Actor, share: Share) -> str:
    return "You" if share.shared_by_id == actor.membership_id else share.shared_by.user.full_name
