"""Answers in words: one line, many lines, addresses, passwords, numbers with a check digit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import EmailValidator
from stdnum.gb import nhs

from kernel.forms.base import ComponentField, DesignField, Params
from kernel.forms.reading import clean_text
from kernel.ids import new_id


class Text(DesignField, forms.CharField):
    """One line. Names with apostrophes, accents or one letter are names."""

    component = "input"
    one_line = True
    input_type = "text"

    def __init__(
        self,
        label: str,
        *,
        max_length: int = 200,
        width: str = "",
        autocomplete: str = "",
        inputmode: str = "",
        spellcheck: bool | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, max_length=max_length, **options)
        self.error_messages["max_length"] = (
            f"{self.called} must be {max_length:,} characters or less"
        )
        self.width, self.autocomplete, self.inputmode = width, autocomplete, inputmode
        self.spellcheck = spellcheck

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return clean_text(text or "", one_line=self.one_line).strip()

    def params(self, bound: ComponentField) -> Params:
        width = f"govuk-input--width-{self.width}" if self.width else ""
        return super().params(bound) | {
            "classes": f"{width} {self.classes}".strip(),
            "type": self.input_type,
            "value": bound.typed or "",
            "autocomplete": self.autocomplete or None,
            "inputmode": self.inputmode or None,
            "spellcheck": self.spellcheck,
        }


class Email(Text):
    """An e-mail address, kept as typed but for the spaces around it."""

    input_type = "email"

    def __init__(self, label: str, *, autocomplete: str = "email", **options: Any) -> None:
        example = "Enter an email address in the correct format, like name@example.com"
        super().__init__(
            label,
            max_length=254,
            autocomplete=autocomplete,
            spellcheck=False,
            validators=[EmailValidator(message=example)],
            **options,
        )


class Password(Text):
    """A password: kept as typed, spaces and all, and never sent back to the page."""

    component = "password-input"

    def __init__(
        self, label: str, *, autocomplete: str = "current-password", **options: Any
    ) -> None:
        super().__init__(label, max_length=256, autocomplete=autocomplete, **options)

    def to_python(self, value: Any) -> str:
        return "" if value is None else str(value).replace("\x00", "")

    def params(self, bound: ComponentField) -> Params:
        return super().params(bound) | {"value": "", "type": "password"}


class TextArea(Text):
    """Several lines, with a count of characters left where that helps."""

    component = "textarea"
    one_line = False

    def __init__(
        self,
        label: str,
        *,
        max_length: int = 10_000,
        rows: int = 5,
        count: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(label, max_length=max_length, **options)
        self.rows = rows
        if count:
            self.component = "character-count"
        self.widget = forms.Textarea()

    def params(self, bound: ComponentField) -> Params:
        typed = bound.typed or ""
        limit = {"maxlength": self.max_length} if self.component == "character-count" else {}
        # A browser drops one newline right after <textarea>: give it one to drop.
        value = f"\n{typed}" if typed.startswith(("\n", "\r")) else typed
        return super().params(bound) | limit | {"rows": self.rows, "value": value}


class NHSNumber(Text):
    """An NHS number: ten digits with a check digit, spaces allowed (D2)."""

    def __init__(
        self,
        label: str = "NHS number",
        *,
        hint: str = "10 digits, for example 943\u00a0476\u00a05919",
        **options: Any,
    ) -> None:
        super().__init__(
            label,
            hint=hint,
            max_length=60,
            width="10",
            inputmode="numeric",
            spellcheck=False,
            **options,
        )

    def as_typed(self, value: Any) -> str:
        return nhs.format(value) if value else ""

    def to_python(self, value: Any) -> str:
        text = "".join(super().to_python(value).split()).replace("-", "")
        if text and not (len(text) == 10 and text.isdecimal() and text.isascii()):
            raise self.problem("must be 10 digits, like 943 476 5919")
        if text and not nhs.is_valid(text):
            raise self.problem("is not a valid number: check each digit, or leave it empty")
        return text


class Hidden(DesignField, forms.CharField):
    """Something the page must send back unseen. Never anything about a person."""

    component = "hidden"
    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__("", required=False, max_length=200, **options)

    def params(self, bound: ComponentField) -> Params:
        return {"name": bound.html_name, "value": bound.typed or ""}


class Submission(Hidden):
    """Marks one filling-in of a form, so that pressing twice does a thing once.

    A missing or mangled mark counts as a new one: it must never stand in somebody's way.
    """

    def __init__(self) -> None:
        super().__init__(initial=new_id)

    def clean(self, value: Any) -> UUID:
        try:
            return UUID(str(value))
        except ValueError:
            return new_id()
