"""Answers chosen from a list, each choice with its hint and the questions that it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import format_html_join

from kernel.forms.base import ComponentField, DesignField, Params


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. `reveals` names the fields that only this answer asks for."""

    value: Any
    label: str
    hint: str = ""
    reveals: tuple[str, ...] = ()
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Divider:
    """A word between choices, before one that differs in kind."""

    text: str = "or"


OR = Divider()
Option = Choice | Divider
Options = Iterable[Option | tuple[Any, str]]


def _as_option(option: Option | tuple[Any, str]) -> Option:
    return option if isinstance(option, Choice | Divider) else Choice(*option)


class _Chosen(DesignField):
    """What all lists of choices share. `choices` takes Choice, OR, or Django's pairs."""

    is_group = True
    _options: tuple[Option, ...] = ()

    def __init__(self, label: str, *, choices: Options = (), ask: str = "", **options: Any) -> None:
        super().__init__(label, ask=ask, **options)
        self.error_messages["invalid_choice"] = ask or "Select an answer from the list"
        self.choices = choices

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The choices as Django checks them."""
        return [(str(c.value), c.label) for c in self.options]

    @choices.setter
    def choices(self, choices: Options) -> None:
        self._options = tuple(_as_option(option) for option in choices)
        self._choices = self.widget.choices = self.choices

    @property
    def options(self) -> list[Choice]:
        """The choices without their dividers."""
        return [option for option in self._options if isinstance(option, Choice)]

    def chosen(self, bound: ComponentField) -> list[str]:
        """The values now chosen, as text."""
        typed = bound.typed
        return [str(v) for v in typed] if isinstance(typed, list | tuple) else [str(typed or "")]

    def as_typed(self, value: Any) -> Any:
        if isinstance(value, list | tuple | set | frozenset):
            return [str(getattr(item, "value", item)) for item in value]
        return "" if value is None else str(getattr(value, "value", value))

    def params(self, bound: ComponentField) -> Params:
        chosen = self.chosen(bound)
        items = [self._item(option, bound, chosen) for option in self._options]
        return super().params(bound) | {"items": items}

    def _item(self, option: Option, bound: ComponentField, chosen: list[str]) -> Params:
        if isinstance(option, Divider):
            return {"divider": option.text}
        revealed = format_html_join("", "{}", ((bound.form[name],) for name in option.reveals))
        return {
            "value": str(option.value),
            "text": option.label,
            "hint": {"text": option.hint} if option.hint else None,
            "checked": str(option.value) in chosen,
            "selected": str(option.value) in chosen,
            "conditional": {"html": revealed} if option.reveals else None,
            "behaviour": "exclusive" if option.exclusive else None,
        }


class Radios(_Chosen, forms.TypedChoiceField):  # type: ignore[misc]
    """One answer of a few, all in sight."""

    component = "radios"
    widget = forms.RadioSelect


class YesNo(Radios):
    """Yes or no; neither is chosen beforehand. Cleans to a boolean, or None when left out."""

    def __init__(
        self,
        label: str,
        *,
        yes: Choice | None = None,
        no: Choice | None = None,
        **options: Any,
    ) -> None:
        choices = [yes or Choice("yes", "Yes"), no or Choice("no", "No")]
        super().__init__(
            label,
            choices=choices,
            coerce=_yes_means_true,
            empty_value=None,
            classes="govuk-radios--inline" if yes is no is None else "",
            **options,
        )

    def as_typed(self, value: Any) -> str:
        return {True: "yes", False: "no"}.get(value, "")


def _yes_means_true(value: str) -> bool:
    return value == "yes"


class Select(_Chosen, forms.TypedChoiceField):  # type: ignore[misc]
    """One answer of many. Radios are better while the list is short."""

    component = "select"
    is_group = False
    widget = forms.Select

    def __init__(self, label: str, *, empty: str = "Select one", **options: Any) -> None:
        self.empty = empty
        super().__init__(label, **options)

    def params(self, bound: ComponentField) -> Params:
        params = super().params(bound)
        first = {
            "value": "",
            "text": self.empty,
            "selected": self.chosen(bound) == [""],
        }
        return params | {"items": [first, *params["items"]]}


class Checkboxes(_Chosen, forms.TypedMultipleChoiceField):  # type: ignore[misc]
    """Any number of answers; an exclusive one ("None of these") stands alone."""

    component = "checkboxes"
    widget = forms.CheckboxSelectMultiple

    def __init__(
        self,
        label: str,
        *,
        coerce: Callable[[str], Any] = str,
        empty_value: Any = None,
        **options: Any,
    ) -> None:
        empty = [] if empty_value is None else empty_value
        super().__init__(label, coerce=coerce, empty_value=empty, **options)

    def validate(self, value: Any) -> None:
        super().validate(value)
        alone = next((c for c in self.options if c.exclusive and str(c.value) in value), None)
        if alone and len(value) > 1:
            raise forms.ValidationError(
                f"Select “{alone.label}” or other answers, not both", code="invalid"
            )


class Confirm(DesignField, forms.BooleanField):
    """One box to tick: a confirmation, or a mark such as "This address is protected"."""

    component = "checkboxes"
    widget = forms.CheckboxInput

    def params(self, bound: ComponentField) -> Params:
        params = super().params(bound)
        item = {"value": "yes", "text": bound.label, "hint": params["hint"]}
        item["checked"] = bool(bound.typed) and bound.typed != "False"
        return params | {"items": [item], "hint": None, "label": None}

    def as_typed(self, value: Any) -> bool:
        return bool(value)
