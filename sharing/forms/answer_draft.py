"""A half-written answer: what was typed for each person, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.http import QueryDict

from kernel.forms import ErrorLink, Form
from kernel.tiers import Tier
from sharing.forms.answering import ItemForm, ItemsForm, OutcomeForm, RefusalForm
from sharing.forms.typed import as_sent, typed_into
from sharing.models import Ask
from sharing.services.answering import (
    ItemInput,
    PersonAnswer,
    RecipientInput,
    default_recipients,
)
from sharing.services.drafting import Content
from sharing.states import Outcome, RecipientKind


class Step(NamedTuple):
    """A page of the journey: its view and, where it is about one person, their number."""

    view: str
    number: int = 0

    @property
    def args(self) -> tuple[int, ...]:
        return (self.number,) if self.number else ()


@dataclass(frozen=True)
class Setting:
    """What the forms need to know of the ask that is answered."""

    total: int
    asked_for: Sequence[str]
    must_weigh: bool
    desks: Sequence[tuple[str, str]]


class PersonDraft:
    """The answer about one person, as far as it is written. Holds plain text: never log it."""

    def __init__(
        self, number: int, subject_id: UUID, name: str, typed: Content, setting: Setting
    ) -> None:
        self.number, self.subject_id, self.name = number, subject_id, name
        self.typed, self.setting = typed, setting

    def outcome_form(self, sent: QueryDict | None = None) -> OutcomeForm:
        return OutcomeForm(
            self._data("outcome", sent),
            name=self.name,
            total=self.setting.total,
            desks=self.setting.desks,
        )

    def refusal_form(self, sent: QueryDict | None = None) -> RefusalForm:
        return RefusalForm(self._data("refusal", sent), must_weigh=self.setting.must_weigh)

    def items_form(self, sent: QueryDict | None = None) -> ItemsForm:
        in_part = self.outcome is Outcome.SHARED_IN_PART
        return ItemsForm(self._data("left_out", sent), in_part=in_part)

    def item_form(self, key: str, sent: QueryDict | None = None) -> ItemForm:
        """One item's form; an empty key is a new one. What was left unfinished comes back first."""
        begun = self.typed.get("unfinished", {}).get(key) or self.typed_items.get(key)
        return ItemForm(
            sent if sent is not None else as_sent(begun), asked_for=self.setting.asked_for
        )

    def _data(self, part: str, sent: QueryDict | None) -> QueryDict | None:
        return sent if sent is not None else as_sent(self.typed.get(part))

    @property
    def typed_items(self) -> dict[str, Any]:
        items: dict[str, Any] = self.typed.get("items", {})
        return items

    @cached_property
    def outcome(self) -> Outcome | None:
        """What was decided, if the page was filled in."""
        form = self.outcome_form()
        return form.outcome if form.is_valid() else None

    @cached_property
    def items(self) -> dict[str, ItemInput]:
        """What is to be given, by key."""
        forms = {
            key: self.item_form(key, as_sent(typed)) for key, typed in self.typed_items.items()
        }
        return {key: item_input(form) for key, form in forms.items() if form.is_valid()}

    @property
    def next_step(self) -> Step | None:
        """The page where something is still owed; None when the answer is whole."""
        if self.outcome is None:
            return Step("answer_outcome", self.number)
        if self.outcome is Outcome.NOT_SHARED and not self.refusal_form().is_valid():
            return Step("answer_refusal", self.number)
        if self.outcome.shares and not self.items:
            return Step("answer_item_new", self.number)
        if self.outcome.shares and self.items_form().errors:
            return Step("answer_items", self.number)
        return None

    def answer(self, recipients: Sequence[RecipientInput]) -> PersonAnswer | None:
        """The decision as the service takes it; None while something is owed."""
        if self.outcome is None or self.next_step:
            return None
        return PersonAnswer(self.subject_id, self.outcome, **self._details(recipients))

    def _details(self, recipients: Sequence[RecipientInput]) -> dict[str, Any]:
        """What the outcome calls for beside itself."""
        match self.outcome:
            case Outcome.NOT_SHARED:
                return _cleaned(self.refusal_form())
            case Outcome.NOT_KNOWN:
                cleaned = _cleaned(self.outcome_form())
                return {name: cleaned[name] for name in ("searched", "searched_on")}
            case Outcome.WRONG_SERVICE:
                desk = _cleaned(self.outcome_form())["try_desk"]
                return {"try_desk_id": UUID(desk) if desk else None}
            case Outcome.SHARED | Outcome.SHARED_IN_PART:
                items = list(self.items.values())
                return {"items": items, "recipients": recipients, "reason": self._left_out()}
        return {}

    def _left_out(self) -> str:
        form = self.items_form()
        return form.cleaned_data.get("left_out", "") if form.is_valid() else ""


class AnswerDraft:
    """A desk's whole answer, as far as it is written."""

    def __init__(self, ask: Ask, content: Content, names: Sequence[str], setting: Setting) -> None:
        self.ask, self.content = ask, content
        typed = content.get("people", {})
        self.people = [
            PersonDraft(number, row.subject_id, name, typed.get(str(row.subject_id), {}), setting)
            for number, (row, name) in enumerate(zip(ask.about.all(), names, strict=True), 1)
        ]

    @property
    def recipients(self) -> list[RecipientInput]:
        """Whoever was chosen; at first the asker and the asker's desk."""
        chosen = self.content.get("recipients")
        if chosen is None:
            return default_recipients(self.ask)
        return [
            RecipientInput(RecipientKind(kind), UUID(key), Tier(tier)) for kind, key, tier in chosen
        ]

    @property
    def shares(self) -> bool:
        """Whether anything is given, so that it matters to whom."""
        return any(one.outcome and one.outcome.shares for one in self.people)

    @property
    def next_step(self) -> Step:
        """Where to go on: what is owed, then the recipients, then checking."""
        owed = next((one.next_step for one in self.people if one.next_step), None)
        if owed:
            return owed
        if self.shares and "recipients" not in self.content:
            return Step("answer_recipients")
        return Step("answer_check")

    def answers(self) -> list[PersonAnswer | None]:
        """Each person's decision, in order."""
        return [one.answer(self.recipients) for one in self.people]

    def given(self) -> list[ItemInput]:
        """Everything that is to be given, about whomever."""
        sharing = [one for one in self.people if one.outcome and one.outcome.shares]
        return [item for one in sharing for item in one.items.values()]

    def problems(self) -> list[ErrorLink]:
        """What is still owed before it can be sent."""
        return [
            ErrorLink(f"Finish the answer about person {one.number}", f"#person-{one.number}")
            for one in self.people
            if one.next_step
        ]


def item_input(form: ItemForm) -> ItemInput:
    """A valid item as the service takes it."""
    cleaned = {**form.cleaned_data, "tier": form.chosen_tier}
    del cleaned["key"]
    return ItemInput(**cleaned)


def put_part(content: Content, subject_id: UUID, part: str, form: Form) -> Content:
    """The draft with what was typed into one page about a person."""
    _person(content, subject_id)[part] = typed_into(form)
    return content


def put_item(content: Content, subject_id: UUID, key: str, form: ItemForm) -> Content:
    """The draft with an item added or changed; one that is not in order is kept as unfinished."""
    person = _person(content, subject_id)
    unfinished = person.setdefault("unfinished", {})
    if not form.is_valid():
        unfinished[key] = typed_into(form)
        return content
    unfinished.pop(key, None)
    # A new item's key came with the form, so that pressing twice adds it once
    person.setdefault("items", {})[key or str(form.cleaned_data["key"])] = typed_into(form)
    return content


def drop_item(content: Content, subject_id: UUID, key: str) -> Content:
    """The draft without an item."""
    _person(content, subject_id).get("items", {}).pop(key, None)
    return content


def put_recipients(content: Content, recipients: Sequence[RecipientInput]) -> Content:
    """The draft with its recipients."""
    chosen = [[one.kind.value, str(one.holder_id), int(one.tier)] for one in recipients]
    return content | {"recipients": chosen}


def _person(content: Content, subject_id: UUID) -> dict[str, Any]:
    person: dict[str, Any] = content.setdefault("people", {}).setdefault(str(subject_id), {})
    return person


def _cleaned(form: Form) -> dict[str, Any]:
    form.is_valid()
    return form.cleaned_data
