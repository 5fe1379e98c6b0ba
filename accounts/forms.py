"""What people type to sign in and to look after their account."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Any, ClassVar

from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.passkeys import Assertion
from accounts.passwords import HINT
from kernel import forms
from kernel.presenting import plural

# Shorter waits are over before anybody has typed again.
SHORT_WAIT = 5


class SignInForm(forms.Form):
    """The first step. One refusal for a wrong address and for a wrong password."""

    email = forms.Email(
        "Email address", ask="Enter your email address", autocomplete="username", width="20"
    )
    password = forms.Password("Password", ask="Enter your password")

    refusal = "Enter the email address and password that you use for this portal"


class Code(forms.Text):
    """A code from a device. `expected` says in a refusal which code to enter."""

    expected = "the code that the app shows now"

    def __init__(self, label: str = "Code", **options: Any) -> None:
        defaults: dict[str, Any] = {
            "ask": "Enter the code",
            "called": "Code",
            "width": "10",
            "max_length": 40,
            "autocomplete": "one-time-code",
            "spellcheck": False,
        }
        super().__init__(label, **defaults | options)


class AnyCode(Code):
    """A code from a device, or a recovery code."""

    expected = "the code that the app shows now, or a recovery code that you have not used"


class ProvenForm(forms.Form):
    """A form that a typed code proves, or in its place what a passkey signed."""

    proven_by: ClassVar[str] = "code"

    def __init__(self, *args: Any, answer: Assertion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer = answer
        if answer:
            self.fields[self.proven_by].required = False

    def clean(self) -> dict[str, Any]:
        if self.answer:
            self.cleaned_data[self.proven_by] = self.answer
        return self.cleaned_data


class CodeForm(ProvenForm):
    """The second step of signing in, and the proof asked for before a change."""

    code = AnyCode(hint="6 digits from your authenticator app, or one of your recovery codes")


class DeviceCodeForm(ProvenForm):
    """A code from another device than the one in question."""

    code = Code("Code from another device", hint="6 digits from a device that you keep")


class FirstDeviceForm(forms.Form):
    """Confirming the first device."""

    name = forms.Text(
        "Name of this device",
        ask="Enter a name for this device, like work phone",
        hint="So that you can tell your devices apart, for example ‘work phone’",
        max_length=60,
        width="20",
        autocomplete="off",
    )
    code = Code(hint="The 6 digits that the app shows now", ask="Enter the code from the app")


class NextDeviceForm(ProvenForm, FirstDeviceForm):
    """Confirming a further device needs a device, or a recovery code, that one has already."""

    proven_by = "proof"
    field_order = ("name", "code", "proof")

    proof = AnyCode(
        "Code from a device that you use already",
        hint="Or one of your recovery codes",
        ask="Enter a code from a device that you use already, or a recovery code",
    )


class PasskeyForm(forms.Form):
    """A name for the key that the browser is about to make."""

    name = forms.Text(
        "Name of this passkey",
        required=False,
        hint="So that you can tell it from others, for example ‘work laptop’ or ‘blue key’",
        max_length=60,
        width="20",
        autocomplete="off",
    )
    says_optional = True

    refusal = (
        "The passkey was not accepted. Try again, with another passkey or security key "
        "if this one is on your account already"
    )


class EmailForm(forms.Form):
    """Asking for a link to set a new password."""

    email = forms.Email("Email address", ask="Enter your email address", width="20")


class NewPasswordForm(forms.Form):
    """A new password, once: it can be shown while typing, so there is nothing to repeat."""

    password = forms.Password(
        "New password", ask="Enter a new password", hint=HINT, autocomplete="new-password"
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


class ChangePasswordForm(NewPasswordForm):
    """A new password by somebody who knows the present one."""

    current = forms.Password("Current password", ask="Enter your current password")
    field_order = ("current", "password")

    refusal = "Enter the password that you sign in with now"


def posted(request: HttpRequest) -> Any:
    """The form's data, or None where nothing was posted."""
    return request.POST if request.method == "POST" else None


def refuse_code(form: forms.Form, field: str, wait_until: datetime | None) -> None:
    """Say that a code was not accepted, and what to do."""
    if getattr(form, "answer", None):
        form.add_error(field, "The passkey was not accepted. Use it again, or enter a code")
        return
    seconds = (wait_until - timezone.now()).total_seconds() if wait_until else 0
    wait = f"Wait {_length(seconds)}, then e" if seconds > SHORT_WAIT else "E"
    expected = getattr(form.fields[field], "expected", Code.expected)
    form.add_error(field, f"{wait}nter {expected}. Each code works only once")


def _length(seconds: float) -> str:
    minutes = ceil(seconds / 60)
    return plural(minutes, "minute") if minutes > 1 else plural(ceil(seconds), "second")
