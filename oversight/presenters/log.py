"""Entries of the log in words: who, for whom, what, and about which record. Never a child's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse

from audit import events
from audit.models import AccessEvent, AccessKind, AuditEvent
from kernel.actors import Actor
from kernel.clocks import LONDON
from kernel.presenting import plural
from oversight import policies
from oversight.queries import Entry, Names, safe_of
from oversight.search import ALARMS

# So many references stand in one line of the list; the entry's own page has all
SHOWN = 3
_LOOKS = {
    AccessKind.LISTED: "Saw names in a list",
    AccessKind.OPENED: "Opened what is sealed",
    AccessKind.RENDERED: "Made a preview or copy of what is sealed",
}
_RING = "Ring whoever keeps the machines, now: somebody may have worked on the database by hand."
_INCIDENTS = {
    "forged_row": (
        "A role, seat or authorisation that the portal did not give. It had no effect.",
        _RING,
    ),
    "forged_grant": (
        "A right to read that the portal did not give. It opened nothing.",
        _RING,
    ),
    "moved_value": (
        "A sealed value that was changed, or moved from another record. It was not shown.",
        _RING,
    ),
    "foreign_key_material": (
        "A key that belongs to another record. Nothing was opened with it.",
        _RING,
    ),
    "not_a_sealed_value": ("Something in a sealed place that the portal did not seal.", _RING),
    "audit_broken": (
        "The log itself does not agree with its seals.",
        "Rely on no entry until somebody has looked. " + _RING,
    ),
}
_UNKNOWN = ("A row or a value that the portal did not write. Nothing was shown of it.", _RING)
_WHY = {
    "WRITING": "Writing their own draft",
    "CHECKING": "Checking their own words before sending",
    "FOLLOWING": "Following up what their agency sent",
    "FINDING": "Looking for somebody in their agency's records",
    "REVIEWING": "Reading why a case was opened in an emergency, or the review of that",
    "ADVISING": "Asking a designated lead for advice, or reading it",
    "QUEUE": "Looking through a list of work",
    "ANSWERING": "Answering at the desk that was asked",
    "SETTLING": "Settling a disagreement about a request",
    "READING": "Reading what was shared with them",
    "INCIDENT": "Reading what went wrong with information",
}


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of the log."""

    at: datetime
    href: str
    sentence: str
    detail: str
    who: str
    agency: str
    references: tuple[str, ...]
    more: int
    log: str
    is_alarm: bool


@dataclass(frozen=True, slots=True)
class Incident:
    """Something done beside the portal, in words, with what to do about it."""

    at: datetime
    href: str
    words: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry with everything that it says."""

    row: EntryRow
    facts: tuple[tuple[str, str], ...]
    request_id: str
    is_look: bool


def entry_rows(
    actor: Actor, entries: Iterable[Entry], names: Names, *, all_references: bool = False
) -> list[EntryRow]:
    """Lines of the log, for a reader who sees no more of others than concerns their agency."""
    shown = None if all_references else SHOWN
    return [_row(actor, one, names, shown) for one in entries]


def entry_page(actor: Actor, entry: Entry, names: Names) -> EntryPage:
    """One entry, in full."""
    return EntryPage(
        row=_row(actor, entry, names, None),
        facts=tuple(_facts(actor, entry, names)),
        request_id=entry.request_id,
        is_look=isinstance(entry, AccessEvent),
    )


def incidents(found: Iterable[AuditEvent]) -> list[Incident]:
    """What the portal did not write itself, each with what to do."""
    return [
        Incident(
            at=one.at,
            href=reverse("oversight:change", args=[one.pk]),
            words=_INCIDENTS.get(str(one.facts.get("code")), _UNKNOWN)[0],
            what_to_do=_INCIDENTS.get(str(one.facts.get("code")), _UNKNOWN)[1],
        )
        for one in found
    ]


def older_link(asked: QueryDict, link: str) -> str:
    """The same search, behind this page."""
    query = asked.copy()
    query["after"] = link
    return f"?{query.urlencode()}"


def newest_link(asked: QueryDict) -> str:
    """The same search from its beginning."""
    query = asked.copy()
    query.pop("after", None)
    return f"?{query.urlencode()}"


def filter_fields(asked: QueryDict) -> dict[str, str]:
    """What was asked, for the button that downloads it."""
    return {name: str(value) for name, value in asked.items() if value and name != "after"}


def _row(actor: Actor, entry: Entry, names: Names, shown: int | None) -> EntryRow:
    references = _references(entry, names)
    is_look = isinstance(entry, AccessEvent)
    return EntryRow(
        at=entry.at,
        href=reverse(f"oversight:{'look' if is_look else 'change'}", args=[entry.pk]),
        sentence=_sentence(entry),
        detail=_detail(actor, entry),
        who=_who(entry, names),
        agency=names.agencies.get(entry.agency_id, "") if entry.agency_id else "",
        references=tuple(references[:shown]),
        more=len(references[shown:]) if shown else 0,
        log="Who looked" if is_look else "What changed",
        is_alarm=isinstance(entry, AuditEvent) and entry.event in ALARMS,
    )


def _sentence(entry: Entry) -> str:
    if isinstance(entry, AccessEvent):
        return _LOOKS[AccessKind(entry.kind)]
    # An event of a release that is no longer installed still has its name
    return events.registered().get(entry.event, entry.event)


def _detail(actor: Actor, entry: Entry) -> str:
    if isinstance(entry, AuditEvent):
        return str(entry.facts.get("code", "")) if entry.event in ALARMS else ""
    why = _WHY.get(entry.why, entry.why.lower())
    if not _is_own(actor, entry) or not entry.withheld:
        return why
    return f"{why}. {plural(entry.withheld, 'part')} withheld"


def _who(entry: Entry, names: Names) -> str:
    if entry.user_id is None:
        return "The portal" if entry.via else "Somebody not signed in"
    name = names.people.get(entry.user_id, "Somebody no longer on record")
    return f"The portal, for {name}" if entry.via else name


def _references(entry: Entry, names: Names) -> list[str]:
    if isinstance(entry, AccessEvent):
        return sorted({names.safes[one] for one in entry.safes if one in names.safes})
    found = names.records.get(entry.target_id) if entry.target_id else None
    if found is None and (safe := safe_of(entry)):
        found = names.safes.get(safe)
    return [found] if found else []


def _facts(actor: Actor, entry: Entry, names: Names) -> Iterable[tuple[str, str]]:
    yield "Exact time", entry.at.astimezone(LONDON).isoformat(sep=" ", timespec="milliseconds")
    if isinstance(entry, AccessEvent):
        yield from _facts_of_look(actor, entry, names)
    else:
        yield "Event", entry.event
        if entry.target_id:
            yield "Record", f"{entry.target_type} {entry.target_id}"
        yield from ((_label(name), _text(value)) for name, value in entry.facts.items())
    if entry.via:
        yield "Done by", entry.via


def _facts_of_look(actor: Actor, entry: AccessEvent, names: Names) -> Iterable[tuple[str, str]]:
    yield "Kind", AccessKind(entry.kind).label
    yield "Why", _WHY.get(entry.why, entry.why)
    if entry.seen_by_id:
        yield "Shown as seen by", names.members.get(entry.seen_by_id, "")
    # How much somebody of another agency looked at beside our records is theirs to know
    if _is_own(actor, entry):
        yield "Sealed parts opened", f"{len(entry.safes):,}"
        yield "Withheld", f"{entry.withheld:,}"


def _is_own(actor: Actor, entry: Entry) -> bool:
    return policies.sees_everybody(actor) or entry.agency_id == actor.agency_id


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_text(v)}" for k, v in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value)
