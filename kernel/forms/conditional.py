"""Forms in which one answer decides what else is asked."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar

from kernel.forms.base import Form

Conditions = dict[str, tuple[str, AbstractSet[str]]]


class ConditionalForm(Form):
    """A field is asked for only when another has a certain answer; else what it holds is dropped.

    Choices that reveal a field say so themselves (`Choice(reveals=…)`); `required_when` adds the
    rest: {"told_why": ("told", {"NOT_TOLD"})}. A field follows the one that it depends on.
    """

    required_when: ClassVar[Mapping[str, tuple[str, AbstractSet[str]]]] = {}

    def clean(self) -> dict[str, Any]:
        """Drop answers to questions that were not asked, with their errors."""
        cleaned = super().clean() or self.cleaned_data
        conditions = self.conditions()
        # In page order, so that a dropped answer drops what depended on it.
        for name in self.fields:
            if name in conditions and not self._is_asked(*conditions[name]):
                self.errors.pop(name, None)
                cleaned[name] = self.fields[name].to_python(None)
        return cleaned

    def conditions(self) -> Conditions:
        """For each conditional field, the field and the answers that ask for it."""
        within = {name: (asker, {answer}) for name, (asker, answer) in self.revealed.items()}
        return within | dict(self.required_when)

    def _is_asked(self, name: str, answers: AbstractSet[str]) -> bool:
        field = self.fields[name]
        given = getattr(field, "as_typed", str)(self.cleaned_data.get(name))
        given = given if isinstance(given, list) else [given]
        return not {str(answer) for answer in answers}.isdisjoint(given)
