"""The names of events, each with its sentence. Apps register theirs in AppConfig.ready()."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_sentences: dict[str, str] = {}


def register(sentences: Mapping[str, str]) -> None:
    """Add events: past-tense dotted names, with what a reader of the audit is told."""
    for name, sentence in sentences.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name} is not a dotted name")
        if _sentences.setdefault(name, sentence) != sentence:
            raise ValueError(f"{name} is registered twice")


def sentence(name: str) -> str:
    """The event in words; raises KeyError for an unregistered one."""
    return _sentences[name]


def registered() -> dict[str, str]:
    """Every event and its sentence, by name."""
    return dict(sorted(_sentences.items()))
