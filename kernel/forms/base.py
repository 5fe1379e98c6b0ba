"""What every form and field shares: how it is drawn, asked for, and put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary: what to do, and the control where to do it."""

    text: str
    href: str


class ComponentField(forms.BoundField):
    """A field of a form, which draws itself as its design-system component: {{ form.why }}."""

    field: DesignField
    template_name = "components/field.html"

    def __str__(self) -> SafeString:
        return self.as_field_group()

    __html__ = __str__

    @property
    def typed(self) -> Any:
        """What the person typed, exactly; before that, the initial value as one would type it."""
        if self.form.is_bound:
            return self.data
        return self.field.as_typed(self.initial)

    @property
    def error(self) -> str:
        """The first thing to put right, or nothing."""
        return str(self.errors[0]) if self.errors else ""

    @property
    def wrong_parts(self) -> tuple[str, ...]:
        """The boxes that the error is about, when the field has several."""
        errors = self.form.errors.as_data().get(self.name, [])
        params = errors[0].params if errors else None
        return tuple(params.get("parts", ())) if isinstance(params, Mapping) else ()

    @property
    def error_id(self) -> str:
        """The control that the error summary leads to."""
        return self.field.error_id(self)

    @property
    def label_text(self) -> str:
        """The label; an answer that may be left out says so."""
        optional = not self.field.required and getattr(self.form, "says_optional", True)
        return f"{self.label} (optional)" if optional else str(self.label)

    @property
    def component(self) -> str:
        return self.field.component

    def params(self) -> Params:
        """What the component's macro needs."""
        return self.field.params(self)


class DesignField(forms.Field):
    """A form field that knows its component and speaks plainly.

    `ask` is the error when nothing is given ("Enter the reason"); `called` is the answer's name
    in other errors ("Reason must be …").
    """

    component: str
    is_group: ClassVar[bool] = False
    bound_field_class = ComponentField

    def __init__(
        self,
        label: str,
        *,
        ask: str = "",
        hint: str = "",
        called: str = "",
        heading: bool = False,
        classes: str = "",
        **options: Any,
    ) -> None:
        if options.get("required", True) and not ask:
            raise TypeError(f"{type(self).__name__} needs ask=: what to say when it is left empty")
        self.called = called or (label if not label.endswith("?") else "This answer")
        self.hint = hint
        self.heading = heading
        self.classes = classes
        messages = {"required": ask, **options.pop("error_messages", {})}
        super().__init__(label=label, error_messages=messages, **options)

    def as_typed(self, value: Any) -> Any:
        """A stored value in the form in which it would be typed."""
        return "" if value is None else str(value)

    def error_id(self, bound: ComponentField) -> str:
        """The id of the control to go to when the answer is wrong."""
        return bound.auto_id

    def params(self, bound: ComponentField) -> Params:
        """What all components take."""
        size = "l" if self.heading else "s"
        kind = "fieldset__legend" if self.is_group else "label"
        name = {
            "text": bound.label_text,
            "classes": f"govuk-{kind}--{size}",
            "isPageHeading": self.heading,
        }
        return {
            "id": bound.auto_id,
            "idPrefix": bound.auto_id,
            "name": bound.html_name,
            "classes": self.classes,
            "hint": {"text": self.hint} if self.hint else None,
            "errorMessage": {"text": bound.error} if bound.error else None,
            **({"fieldset": {"legend": name}} if self.is_group else {"label": name}),
        }

    def problem(self, why: str, *parts: str) -> ValidationError:
        """An error that names the answer and says what to do."""
        return ValidationError(f"{self.called} {why}", code="invalid", params={"parts": parts})


class Form(forms.Form):
    """Every form of the portal: drawn by our templates, its errors ready for the summary."""

    default_renderer = TemplatesSetting()
    says_optional: ClassVar[bool] = True

    @property
    def error_links(self) -> list[ErrorLink]:
        """The error summary: what concerns the whole form, then each answer in page order."""
        links = [ErrorLink(str(text), "") for text in self.non_field_errors()]
        wrong = [bound for bound in self if isinstance(bound, ComponentField) and bound.error]
        return links + [ErrorLink(bound.error, f"#{bound.error_id}") for bound in wrong]

    @property
    def first_is_heading(self) -> bool:
        """Whether the first question stands as the page's heading."""
        return any(getattr(bound.field, "heading", False) for bound in self)

    @property
    def revealed(self) -> dict[str, tuple[str, str]]:
        """Fields that stand inside a choice: for each, the asking field and the answer."""
        return {
            target: (name, str(option.value))
            for name, field in self.fields.items()
            for option in getattr(field, "options", ())
            for target in option.reveals
        }
