"""Error reports without anything that somebody typed or the vault gave out.

Django's own show every local variable, what was posted, and the exception's text: on the debugging
page, in a mail to administrators, and in whatever else asks for the reporter of the settings.
"""

from __future__ import annotations

from typing import Any

from django.views.debug import ExceptionReporter

_BARE: dict[str, Any] = {
    "request": None,
    "user_str": None,
    "settings": {},
    "unicode_hint": "",
    "template_info": None,
    "exception_value": "",
    "exception_notes": "",
}


class BareReporter(ExceptionReporter):
    """Tells the class of the error and the lines of code that it passed through. No values."""

    def get_traceback_data(self) -> dict[str, Any]:
        data = super().get_traceback_data() | _BARE
        return {name: [] if name.endswith("_items") else one for name, one in data.items()}

    def get_traceback_frames(self) -> list[dict[str, Any]]:
        return [_without_values(frame) for frame in super().get_traceback_frames()]


def _without_values(frame: dict[str, Any]) -> dict[str, Any]:
    cause = frame.get("exc_cause")
    return frame | {"vars": [], "exc_cause": cause and type(cause).__name__}
