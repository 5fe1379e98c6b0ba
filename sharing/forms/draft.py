"""A request's draft as its forms, judged anew from what was typed each time it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict

from agencies.models import Desk
from kernel.forms import Form
from sharing.forms.asking import AboutForm, DesksForm, ReasonForm
from sharing.forms.family import FamilyForm
from sharing.forms.people import PersonForm
from sharing.forms.typed import Typed, as_sent
from sharing.models import Purpose, TimeLimit
from sharing.services.written import Reason, Written, WrittenPerson
from sharing.states import Urgency

Content = dict[str, Any]
MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from today."""

    purposes: Sequence[Purpose]
    desks: Sequence[Desk]
    limits: Mapping[Urgency, TimeLimit]
    warnings: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a request still lacks: what to do, and the step where to do it."""

    step: str
    text: str
    person: str = ""


class RequestForms:
    """The steps of one draft. A step in which nothing was typed yet is an unbound form."""

    def __init__(self, content: Content, offered: Offered) -> None:
        self.content, self.offered = content, offered
        self.people = [(one["key"], PersonForm(as_sent(one["typed"]))) for one in self._people]
        self.reason = self._reason_form(as_sent(content.get("reason")))
        self.family = FamilyForm(as_sent(content.get("family")))
        self.desks = self._desks_form(as_sent(content.get("desks")), offered.desks)

    @property
    def _people(self) -> list[dict[str, Any]]:
        people: list[dict[str, Any]] = self.content.get("people", [])
        return people

    def bind(self, step: str, data: QueryDict) -> Form:
        """One step's form with what a browser sent."""
        match step:
            case "reason":
                return self._reason_form(data)
            case "family":
                return FamilyForm(data)
            case _:
                return self._desks_form(data, self.offered.desks)

    def desks_found(self, words: Sequence[str]) -> DesksForm:
        """The desks that are ticked, and all that have every word looked for."""
        typed = self.content.get("desks")
        ticked = (typed or {}).get("desks", [])
        shown = [one for one in self.offered.desks if str(one.pk) in ticked or _has(one, words)]
        return self._desks_form(as_sent(typed), shown)

    def _reason_form(self, data: QueryDict | None) -> ReasonForm:
        return ReasonForm(data, purposes=self.offered.purposes)

    def _desks_form(self, data: QueryDict | None, desks: Sequence[Desk]) -> DesksForm:
        limits, warnings = self.offered.limits, self.offered.warnings
        return DesksForm(data, desks=desks, limits=limits, warnings=warnings)

    def about_form(self, data: QueryDict | None = None) -> AboutForm:
        """Whom each chosen desk is asked about."""
        written = self.written()
        return AboutForm(
            data,
            desks=[one for one in self.offered.desks if one.pk in written.desks],
            people=[(one.key, one.called) for one in written.people],
            left_out=written.left_out,
        )

    def person(self, key: str) -> PersonForm | None:
        """One person's form, if the draft has them."""
        return dict(self.people).get(key)

    def written(self) -> Written:
        """What the forms say, where they are right."""
        desks = self.desks.cleaned_data if self.desks.is_valid() else {}
        return Written(
            people=[_written_person(key, form) for key, form in self.people],
            reason=_reason(self.reason) if self.reason.is_valid() else None,
            family=self.family.account() if self.family.is_valid() else None,
            desks=desks.get("desks", []),
            urgency=desks.get("urgency"),
            left_out=self.content.get("about", {}),
        )

    def missing(self) -> list[Missing]:
        """What is still to do, in the order of the steps."""
        written = self.written()
        found = [] if self.people else [Missing("add_person", "Say who it is about")]
        for key, form in self.people:
            found += _problems("person", form, "", key)
        found += _problems("reason", self.reason, "Say why you ask, and for what")
        found += _problems("family", self.family, "Say what the family knows")
        found += _problems("desks", self.desks, "Choose whom to ask, and how soon")
        for desk in self.offered.desks:
            if desk.pk in written.desks and written.people and not written.places(desk.pk):
                found.append(Missing("about", f"Say whom you ask {desk.agency.short_name} about"))
        return found

    @property
    def divides_people(self) -> bool:
        """Whether there is a question whom each desk is asked about."""
        return len(self.people) > 1 and len(self.written().desks) > 1


def with_person(key: str, typed: Typed) -> Callable[[Content], Content]:
    """The change that writes somebody into a draft, or over what was written under the same key."""

    def change(content: Content) -> Content:
        entry = {"key": key, "typed": typed}
        people = content.get("people", [])
        if any(one["key"] == key for one in people):
            people = [entry if one["key"] == key else one for one in people]
        elif len(people) < MOST_PEOPLE:
            people = [*people, entry]
        return content | {"people": people}

    return change


def without_person(key: str) -> Callable[[Content], Content]:
    """The change that takes somebody out of a draft."""

    def change(content: Content) -> Content:
        people = [one for one in content.get("people", []) if one["key"] != key]
        return content | {"people": people}

    return change


def with_step(name: str, answers: Any) -> Callable[[Content], Content]:
    """The change that writes one step's answers into a draft."""
    return lambda content: content | {name: answers}


def _problems(step: str, form: Form, nothing_yet: str, person: str = "") -> list[Missing]:
    if not form.is_bound:
        return [Missing(step, nothing_yet)]
    return [Missing(step, link.text, person) for link in form.error_links]


def _written_person(key: str, form: PersonForm) -> WrittenPerson:
    if form.is_valid():
        identity = form.identity()
        return WrittenPerson(key, identity.called, identity)
    typed = [str(form[name].data or "") for name in ("first_names", "last_name")]
    return WrittenPerson(key, " ".join(filter(None, typed)) or "Somebody without a name", None)


def _reason(form: ReasonForm) -> Reason:
    answers = form.cleaned_data
    return Reason(answers["purpose"], answers["categories"], form.tier_wanted(), answers["why"])


def _has(desk: Desk, words: Sequence[str]) -> bool:
    names = f"{desk.agency.name} {desk.agency.short_name} {desk.agency.area} {desk.name}".lower()
    return all(word in names for word in words)
