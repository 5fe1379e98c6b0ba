"""The pages on which a desk writes its answer, and what each recipient would be able to open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from agencies.models import Desk, Membership
from kernel.presenting import date_long, plural
from kernel.tiers import Tier
from sharing.models import Ask
from sharing.presenters.answers import OUTCOME_KINDS, ItemView
from sharing.presenters.desks import desk_name
from sharing.presenters.family import Rows
from sharing.presenters.people import PersonView
from sharing.services.answering import ItemInput, PersonAnswer, RecipientInput
from sharing.states import Outcome, RecipientKind


@dataclass(frozen=True, slots=True, repr=False)
class PersonStep:
    """Where somebody stands in the journey: which ask, and which person of how many."""

    ask_id: UUID
    reference: str
    number: int
    total: int
    person: PersonView

    @property
    def progress(self) -> str:
        """Person 1 of 2"""
        return f"Person {self.number} of {self.total}" if self.total > 1 else ""


@dataclass(frozen=True, slots=True, repr=False)
class PersonCheck:
    """One person's answer before it is sent."""

    number: int
    person: PersonView
    outcome: str
    outcome_kind: str
    refuses: bool
    shares: bool
    rows: Rows
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class RecipientCheck:
    """Who will get it, and how much of it they will be able to open."""

    name: str
    tier: Tier
    opens: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Directory:
    """The people and desks of the agency that asked, as a sender may choose among them."""

    names: Mapping[str, str]
    clearances: Mapping[UUID, Tier]


def directory(
    ask: Ask,
    people: Iterable[Membership],
    desks: Iterable[Desk],
    clearances: Mapping[UUID, Tier],
) -> Directory:
    """Names by holder. Whoever asked is among them, even if they have left since."""
    asked = ask.request
    everybody = {one.pk: one for one in [asked.asked_by, *people]}
    names = {
        f"{RecipientKind.DESK}:{one.pk}": f"Everybody at {desk_name(one)}" for one in desks
    } | {f"{RecipientKind.PERSON}:{one.pk}": _name(one) for one in everybody.values()}
    return Directory(names, clearances)


def person_step(ask: Ask, number: int, person: PersonView) -> PersonStep:
    return PersonStep(ask.pk, ask.request.reference, number, len(ask.about.all()), person)


def item_views(items: Mapping[str, ItemInput]) -> tuple[tuple[str, ItemView], ...]:
    """What is to be given, each with its key."""
    return tuple((key, _item(one)) for key, one in items.items())


def person_checks(
    people: Sequence[PersonView],
    answers: Sequence[PersonAnswer | None],
    desks: Mapping[str, str],
) -> tuple[PersonCheck, ...]:
    """Each person's answer in full; where one is unfinished, it says so."""
    pairs = enumerate(zip(people, answers, strict=True), 1)
    return tuple(_check(number, person, answer, desks) for number, (person, answer) in pairs)


def recipient_checks(
    recipients: Iterable[RecipientInput], given: Iterable[ItemInput], book: Directory
) -> tuple[RecipientCheck, ...]:
    """What each recipient could open of what is given, with what the sender should know."""
    tiers = [one.tier for one in given]
    return tuple(_recipient(one, tiers, book) for one in recipients)


def _name(member: Membership) -> str:
    name: str = member.user.full_name
    return f"{name}, {member.job_title}" if member.job_title else name


def _item(item: ItemInput) -> ItemView:
    return ItemView(
        category=item.category.label,
        tier=item.tier,
        standing=item.standing.label,
        standing_kind=item.standing.value.lower(),
        body=item.body,
        source=item.source,
        as_of_on=item.as_of_on,
        family_may_see=item.family_may_see.label,
    )


def _check(
    number: int, person: PersonView, answer: PersonAnswer | None, desks: Mapping[str, str]
) -> PersonCheck:
    if answer is None:
        return PersonCheck(number, person, "Not finished", "draft", False, False, (), ())  # noqa: FBT003
    return PersonCheck(
        number=number,
        person=person,
        outcome=answer.outcome.label,
        outcome_kind=OUTCOME_KINDS.get(answer.outcome, "closed"),
        refuses=answer.outcome is Outcome.NOT_SHARED,
        shares=answer.outcome.shares,
        rows=_rows(answer, desks),
        items=tuple(map(_item, answer.items)),
    )


def _rows(answer: PersonAnswer, desks: Mapping[str, str]) -> Rows:
    is_part = answer.outcome is Outcome.SHARED_IN_PART
    rows = (
        ("Ground", answer.ground.label if answer.ground else ""),
        ("What is left out" if is_part else "Reason", answer.reason),
        ("Why sharing would be more detrimental to the child", answer.detriment),
        ("To be looked at again on", date_long(answer.review_on)),
        ("Searched", answer.searched),
        ("Searched on", date_long(answer.searched_on)),
        ("Try instead", desks.get(str(answer.try_desk_id), "")),
    )
    return tuple((name, value) for name, value in rows if value)


def _recipient(one: RecipientInput, tiers: Sequence[Tier], book: Directory) -> RecipientCheck:
    reach = one.tier
    if one.kind is RecipientKind.DESK:
        reach = min(reach, book.clearances.get(one.holder_id, Tier.ANONYMISED))
    name = book.names.get(f"{one.kind}:{one.holder_id}", "Somebody who has left")
    return RecipientCheck(
        name, one.tier, _opens(tiers, reach), tuple(_warnings(one, name, tiers, reach))
    )


def _opens(tiers: Sequence[Tier], reach: Tier) -> str:
    able = sum(tier <= reach for tier in tiers)
    if able == len(tiers):
        return f"Can open everything that is given: {plural(able, 'item')}"
    return f"Can open {able} of {plural(len(tiers), 'item')}"


def _warnings(one: RecipientInput, name: str, tiers: Sequence[Tier], reach: Tier) -> Iterable[str]:
    """They inform; nothing is blocked."""
    if reach < one.tier:
        yield f"Nobody there may open {one.tier.label} information today: {name}."
    above = sum(tier > one.tier for tier in tiers)
    if above:
        are = "is" if above == 1 else "are"
        yield f"{plural(above, 'item')} {are} above what you chose for this recipient: {name}."
