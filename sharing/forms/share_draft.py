"""Something to share unasked, as far as it is written: judged anew each time it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from kernel.forms import Form
from kernel.tiers import Tier
from sharing.forms.answer_draft import PersonDraft, Setting, drop_item, put_item
from sharing.forms.answering import ItemForm
from sharing.forms.draft import Content, Missing, called, problems, written_person
from sharing.forms.giving import GivingFamilyForm, WhyForm
from sharing.forms.people import PersonForm
from sharing.forms.typed import as_sent
from sharing.models import Purpose
from sharing.services.disclosing import ItemInput, RecipientInput
from sharing.services.giving import Given, ShareInput
from sharing.services.written import WrittenShare
from sharing.states import RecipientKind

_NOTHING_ASKED = Setting(total=1, asked_for=(), must_weigh=False, desks=())


class GivenDraft(NamedTuple):
    """Somebody in the draft, and what is written about them."""

    key: str
    form: PersonForm
    words: PersonDraft

    @property
    def called(self) -> str:
        return called(self.form)

    @property
    def items(self) -> dict[str, ItemInput]:
        return self.words.items


class ShareForms:
    """The steps of one draft. A step in which nothing was typed yet is an unbound form."""

    def __init__(self, content: Content, purposes: Sequence[Purpose]) -> None:
        self.content, self.purposes = content, purposes
        self.people = [self._given(place, one) for place, one in enumerate(self._people, 1)]
        self.why = WhyForm(as_sent(content.get("why")), purposes=purposes)
        self.family = GivingFamilyForm(as_sent(content.get("family")))

    @property
    def _people(self) -> list[dict[str, Any]]:
        people: list[dict[str, Any]] = self.content.get("people", [])
        return people

    def _given(self, place: int, one: dict[str, Any]) -> GivenDraft:
        form = PersonForm(as_sent(one["typed"]))
        typed = self.content.get("given", {}).get("people", {}).get(one["key"], {})
        words = PersonDraft(place, UUID(one["key"]), called(form), typed, _NOTHING_ASKED)
        return GivenDraft(one["key"], form, words)

    def person(self, key: UUID) -> GivenDraft | None:
        """One person, if the draft has them."""
        return next((one for one in self.people if one.key == str(key)), None)

    def bind(self, step: str, data: Any) -> Form:
        """One step's form with what a browser sent."""
        if step == "family":
            return GivingFamilyForm(data)
        return WhyForm(data, purposes=self.purposes)

    @property
    def recipients(self) -> list[RecipientInput]:
        """Whoever was chosen so far."""
        return [
            RecipientInput(RecipientKind(kind), UUID(key), Tier(tier))
            for kind, key, tier in self.content.get("recipients", [])
        ]

    def missing(self) -> list[Missing]:
        """What is still to do, in the order of the steps."""
        found = [] if self.people else [Missing("share_add_person", "Say who it is about")]
        for one in self.people:
            found += problems("share_person", one.form, "", one.key)
            if not one.items:
                text = f"Say what you share about {one.called}"
                found.append(Missing("share_add_item", text, one.key))
        found += problems("share_why", self.why, "Say why you share it")
        found += problems("share_family", self.family, "Say what the family knows")
        if not self.recipients:
            found.append(Missing("share_recipients", "Choose whom you share it with"))
        return found

    def wanted(self) -> ShareInput | None:
        """The share, once every step is right."""
        if self.missing():
            return None
        return ShareInput(
            people=[Given(one.form.identity(), list(one.items.values())) for one in self.people],
            recipients=self.recipients,
            purpose_id=self.why.cleaned_data["purpose"],
            why=self.why.cleaned_data["why"],
            family=self.family.account(),
        )

    def written(self) -> WrittenShare:
        """What the forms say, where they are right."""
        why = self.why.cleaned_data if self.why.is_valid() else {}
        return WrittenShare(
            people=[(written_person(one.key, one.form), one.items) for one in self.people],
            purpose_id=why.get("purpose"),
            why=why.get("why", ""),
            family=self.family.account() if self.family.is_valid() else None,
        )

    def given(self) -> list[ItemInput]:
        """Everything that is to be given, about whomever."""
        return [item for one in self.people for item in one.items.values()]


def with_item(person: str, key: str, form: ItemForm) -> Any:
    """The change that writes one piece of information about somebody into the draft."""
    return lambda content: (
        content | {"given": put_item(content.get("given", {}), UUID(person), key, form)}
    )


def without_item(person: str, key: str) -> Any:
    """The change that takes one out again."""
    return lambda content: (
        content | {"given": drop_item(content.get("given", {}), UUID(person), key)}
    )
