"""What was typed, kept as it was typed: a draft gives it back exactly, good or bad."""

from __future__ import annotations

from django.http import QueryDict

from kernel.forms import Form

Typed = dict[str, list[str]]


def typed_into(form: Form) -> Typed:
    """What a bound form was sent, under its own names alone; the boxes of a date are "name-day"."""
    data = form.data
    if not isinstance(data, QueryDict):
        raise TypeError("only what a browser sent is kept")
    own = {form.add_prefix(name) for name in form.fields}
    return {
        key: values for key, values in data.lists() if key in own or key.rpartition("-")[0] in own
    }


def as_sent(typed: Typed | None) -> QueryDict | None:
    """The same, as a browser would send it again; None where nothing was typed yet."""
    if not typed:
        return None
    data = QueryDict(mutable=True)
    for key, values in typed.items():
        data.setlist(key, values)
    return data
