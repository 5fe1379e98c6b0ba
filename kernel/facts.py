"""What may stand in a log, an audit event or a task: ids, codes, numbers and dates. Never words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID

_CODE = re.compile(r"[A-Za-z0-9_.:\-]{1,80}")
# Our codes are lower case, upper case or dotted: a capitalised word is somebody's name.
_NAME = re.compile(r"[A-Z][a-z]+(-?[A-Z]?[a-z]+)*")


class NotPlain(TypeError):
    """Something that could carry personal data was on its way into a log. It is not quoted."""


def require_plain(facts: Mapping[str, object]) -> None:
    """Raise NotPlain, naming only the key, if a fact is more than an id, code, number or date."""
    for name, value in facts.items():
        values = value if isinstance(value, list | tuple | set | frozenset) else [value]
        if not all(_is_plain(one) for one in values):
            raise NotPlain(name)


def plain(facts: Mapping[str, object]) -> dict[str, object]:
    """The facts as JSON values; raises NotPlain."""
    require_plain(facts)
    return {name: _json(value) for name, value in facts.items()}


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return value == "" or bool(_CODE.fullmatch(value) and not _NAME.fullmatch(value))
    return value is None or isinstance(value, bool | int | UUID | date)


def _json(value: object) -> object:
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(one) for one in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
