"""Narrowing the log down: by period, person, event and record. Ids and codes, never a name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import events
from audit.models import AccessKind
from kernel import forms
from kernel.actors import Actor
from kernel.clocks import LONDON
from kernel.ids import tidy_reference
from oversight import policies, queries
from oversight.search import Search, Show

# Whoever looks at everything that others did reads every entry of the period: a month at a time
LONGEST = timedelta(days=31)
OTHERS = "OTHERS"


class LogFilter(forms.Form):
    """Which entries somebody wants to see."""

    says_optional: ClassVar[bool] = False

    since = forms.Date("From", required=False, past=True, called="From")
    until = forms.Date("To", required=False, past=True, called="To", hint="Up to and including")
    agency = forms.Select("Agency", required=False, empty="Any agency")
    person = forms.Select("Person", required=False, empty="Anybody")
    whose = forms.Select("Whose actions", required=False, empty="Our own people")
    what = forms.Select("What happened", required=False, empty="Everything")
    reference = forms.Text(
        "Reference",
        required=False,
        width="10",
        max_length=40,
        spellcheck=False,
        autocomplete="off",
        hint="Of a request or share, like ISP-7Q3K-92M",
    )

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data)
        self.actor = actor
        self._offer("what", _kinds_and_events())
        if policies.sees_everybody(actor):
            del self.fields["whose"]
            self._offer("agency", [(a.pk, a.name) for a in queries.agencies(actor)])
        else:
            del self.fields["agency"]
            self._offer("whose", [(OTHERS, "Other agencies, with what we sent or received")])
        self._offer("person", self._people())

    def _offer(self, field: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]

    def _people(self) -> list[tuple[UUID, str]]:
        """The agency's people, those included who have left: they did things too."""
        agency_id = self._agency_id()
        members = queries.members_of(agency_id) if agency_id else []
        names: dict[UUID, str] = {}
        for one in members:
            left = "" if one.ended_at is None else " (has left)"
            names[one.user_id] = f"{one.user.full_name}{left}"
        return list(names.items())

    def _agency_id(self) -> UUID | None:
        """The officer's own agency, or the one that the coordinator has chosen already."""
        if not policies.sees_everybody(self.actor):
            return self.actor.agency_id
        typed = self.data.get("agency", "")
        known = {value for value, _ in self.fields["agency"].choices}  # type: ignore[attr-defined]
        return UUID(typed) if typed in known else None

    def clean_reference(self) -> UUID | None:
        """The record's own id; one that the reader may not search by is as good as none."""
        typed: str = self.cleaned_data["reference"]
        if not typed:
            return None
        reference = tidy_reference(typed)
        if reference is None:
            raise ValidationError("Enter a reference like ISP-7Q3K-92M: this one has a slip in it")
        found = queries.case_of(self.actor, reference=reference)
        if found is None:
            raise ValidationError(
                "Enter the reference of a request or share that your agency sent or received"
            )
        return found.pk

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "To must be the same day as From or later")
        if cleaned.get("whose") == OTHERS:
            self._clean_others(cleaned)
        return cleaned

    def _clean_others(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("person"):
            self.add_error("person", "Select a person, or other agencies: not both")
        if cleaned.get("reference") or self.errors:
            return
        until = cleaned.get("until") or _today()
        cleaned["since"] = since = cleaned.get("since") or until - LONGEST
        if until - since > LONGEST:
            self.add_error("since", "Choose 31 days or fewer, or enter a reference")

    def search(self) -> Search:
        """What to look for; everything that the reader sees, before anything is chosen."""
        chosen = self.cleaned_data if self.is_bound else {}
        return Search(
            since=chosen.get("since"),
            until=chosen.get("until"),
            agency_id=_id(chosen.get("agency")),
            user_id=_id(chosen.get("person")),
            what=chosen.get("what", ""),
            request_id=chosen.get("reference"),
            by_others=chosen.get("whose") == OTHERS,
        )


def _kinds_and_events() -> list[tuple[str, str]]:
    both = [
        (Show.ALARMS.value, "Refusals and incidents only"),
        (Show.LOOKS.value, "Any look at what is sealed"),
        *((kind.value, f"Look: {kind.label.lower()}") for kind in AccessKind),
        (Show.CHANGES.value, "Any change"),
    ]
    named = sorted(events.registered().items(), key=lambda one: one[1])
    return [*both, *((name, f"Change: {words[0].lower()}{words[1:]}") for name, words in named)]


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _today() -> date:
    return timezone.localdate(timezone=LONDON)
