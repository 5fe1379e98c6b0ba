"""Form fields that speak the design system: docs/reference/page-kit.md shows how to use them."""

from kernel.forms.base import ErrorLink, Form
from kernel.forms.choices import (
    OR,
    Checkboxes,
    Choice,
    Confirm,
    Divider,
    Radios,
    Select,
    YesNo,
)
from kernel.forms.conditional import ConditionalForm
from kernel.forms.dates import Date, DateOfBirth, Moment, Time
from kernel.forms.text import (
    Email,
    Hidden,
    NHSNumber,
    Password,
    Submission,
    Text,
    TextArea,
)

__all__ = [
    "OR",
    "Checkboxes",
    "Choice",
    "ConditionalForm",
    "Confirm",
    "Date",
    "DateOfBirth",
    "Divider",
    "Email",
    "ErrorLink",
    "Form",
    "Hidden",
    "Moment",
    "NHSNumber",
    "Password",
    "Radios",
    "Select",
    "Submission",
    "Text",
    "TextArea",
    "Time",
    "YesNo",
]
