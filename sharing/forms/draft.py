"""A request's draft as its forms, judged anew from what was typed each time it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.http import QueryDict

from agencies.models import Desk
from kernel.forms import Form
from people.around import Surroundings
from people.identity import Identity
from sharing.forms.around import AroundForm
from sharing.forms.asking import AboutForm, DesksForm, ReasonForm
from sharing.forms.family import FamilyForm
from sharing.forms.people import PersonForm
from sharing.forms.safety import SafetyForm
from sharing.forms.typed import Typed, as_sent, typed_into
from sharing.models import Purpose, TimeLimit
from sharing.services.written import Reason, Written, WrittenPerson
from sharing.standing import Standing
from sharing.states import Urgency

Content = dict[str, Any]
MOST_PEOPLE = 20
MOST_AROUND = 40


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from today."""

    purposes: Sequence[Purpose]
    desks: Sequence[Desk]
    limits: Mapping[Urgency, TimeLimit]
    warnings: Mapping[UUID, str]
    standings: Mapping[UUID, Standing]


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
        self.around = [(one["key"], one["of"], self._around_form(one)) for one in self._around]
        self.safety = {
            key: SafetyForm(as_sent(content.get("safety", {}).get(key))) for key, _ in self.people
        }
        self.reason = self._reason_form(as_sent(content.get("reason")))
        self.family = FamilyForm(as_sent(content.get("family")))
        self.desks = self._desks_form(as_sent(content.get("desks")), offered.desks)

    @property
    def _people(self) -> list[dict[str, Any]]:
        people: list[dict[str, Any]] = self.content.get("people", [])
        return people

    @property
    def _around(self) -> list[dict[str, Any]]:
        """Those around somebody who is still in the draft."""
        keys = {key for key, _ in self.people}
        return [one for one in self.content.get("around", []) if one["of"] in keys]

    def _around_form(self, one: dict[str, Any]) -> AroundForm:
        return self.around_form(one["of"], as_sent(one["typed"]))

    def around_form(self, of: str, data: QueryDict | None = None) -> AroundForm:
        """The form for somebody around a person, who may be one of the others."""
        others = [(key, called(form)) for key, form in self.people if key != of]
        return AroundForm(data, others=others)

    def around_one(self, key: str) -> tuple[str, AroundForm] | None:
        """Whom somebody is around and their form, if the draft has them."""
        return next(((of, form) for one, of, form in self.around if one == key), None)

    def near(self, of: str) -> list[tuple[str, str]]:
        """Those around one person, with what to call them where their form is right."""
        return [(key, self._called_near(form)) for key, person, form in self.around if person == of]

    def _called_near(self, form: AroundForm) -> str:
        one = form.connected(self._known()) if form.is_valid() else None
        return one.person.called if one else "Somebody who is not complete yet"

    def _known(self) -> dict[str, Identity | None]:
        """Those whom the request is about, where their forms are right."""
        return {key: form.identity() for key, form in self.people if form.is_valid()}

    @property
    def kept_from(self) -> list[UUID]:
        """The memberships of those who must not learn of the request."""
        return [UUID(one) for one in self.content.get("kept_from", [])]

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
        notes = {desk_id: one.words for desk_id, one in self.offered.standings.items()}
        return DesksForm(data, desks=desks, limits=limits, warnings=warnings, notes=notes)

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
            people=[written_person(key, form) for key, form in self.people],
            reason=_reason(self.reason) if self.reason.is_valid() else None,
            family=self.family.account() if self.family.is_valid() else None,
            desks=desks.get("desks", []),
            urgency=desks.get("urgency"),
            left_out=self.content.get("about", {}),
            may_pass_on=not desks.get("these_only"),
            surroundings={key: self._said(key) for key, _ in self.people},
            kept_from=self.kept_from,
        )

    def _said(self, key: str) -> Surroundings:
        """What is said around one person, where the forms are right."""
        forms = [form for _, of, form in self.around if of == key and form.is_valid()]
        near = [form.connected(self._known()) for form in forms]
        connected = tuple(one for one in near if one)
        safety = self.safety[key]
        if not (safety.is_bound and safety.is_valid()):
            return Surroundings(connected)
        return Surroundings(connected, safety.safety(), safety.indicators())

    def missing(self) -> list[Missing]:
        """What is still to do, in the order of the steps."""
        written = self.written()
        found = [] if self.people else [Missing("add_person", "Say who it is about")]
        for key, form in self.people:
            found += problems("person", form, "", key)
            if self.safety[key].is_bound:
                found += problems("safety", self.safety[key], "", key)
        for key, _, near in self.around:
            found += problems("around_person", near, "", key)
        found += problems("reason", self.reason, "Say why you ask, and for what")
        found += problems("family", self.family, "Say what the family knows")
        found += problems("desks", self.desks, "Choose whom to ask, and how soon")
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
        around = [one for one in content.get("around", []) if one["of"] != key]
        safety = {of: typed for of, typed in content.get("safety", {}).items() if of != key}
        return content | {"people": people, "around": around, "safety": safety}

    return change


def with_around(key: str, of: str, form: AroundForm) -> Callable[[Content], Content]:
    """The change that writes somebody around a person into a draft; asked about too, if so chosen."""
    person = form.as_person() if form.is_valid() else None

    def change(content: Content) -> Content:
        entry = {"key": key, "of": of, "typed": typed_into(form)}
        others = content.get("around", [])
        if any(one["key"] == key for one in others):
            others = [entry if one["key"] == key else one for one in others]
        elif len(others) < MOST_AROUND:
            others = [*others, entry]
        content = content | {"around": others}
        # A key that follows from theirs, so that saving twice adds nobody twice
        return with_person(str(uuid5(UUID(key), "asked")), person)(content) if person else content

    return change


def without_around(key: str) -> Callable[[Content], Content]:
    """The change that takes somebody around a person out of a draft."""
    return lambda content: (
        content | {"around": [one for one in content.get("around", []) if one["key"] != key]}
    )


def with_safety(key: str, typed: Typed) -> Callable[[Content], Content]:
    """The change that writes what to beware of with one person."""
    return lambda content: content | {"safety": content.get("safety", {}) | {key: typed}}


def with_step(name: str, answers: Any) -> Callable[[Content], Content]:
    """The change that writes one step's answers into a draft."""
    return lambda content: content | {name: answers}


def problems(step: str, form: Form, nothing_yet: str, person: str = "") -> list[Missing]:
    """What one step still lacks."""
    if not form.is_bound:
        return [Missing(step, nothing_yet)]
    return [Missing(step, link.text, person) for link in form.error_links]


def written_person(key: str, form: PersonForm) -> WrittenPerson:
    """Somebody in a draft, as far as they are written."""
    if form.is_valid():
        identity = form.identity()
        return WrittenPerson(key, identity.called, identity)
    return WrittenPerson(key, called(form), None)


def called(form: PersonForm) -> str:
    """What to call somebody, right or wrong as their form is."""
    if form.is_valid():
        return form.identity().called
    typed = [str(form[name].data or "") for name in ("first_names", "last_name")]
    return " ".join(filter(None, typed)) or "Somebody without a name"


def _reason(form: ReasonForm) -> Reason:
    answers = form.cleaned_data
    return Reason(answers["purpose"], answers["categories"], form.tier_wanted(), answers["why"])


def _has(desk: Desk, words: Sequence[str]) -> bool:
    names = f"{desk.agency.name} {desk.agency.short_name} {desk.agency.area} {desk.name}".lower()
    return all(word in names for word in words)
