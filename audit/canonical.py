"""The text of an event that is hashed and sealed: an explicit list of columns, in versions.

Whoever verifies sends these expressions along and takes the text as opaque bytes, so a function of
the database is never asked what stands in the database. The sealing function holds a copy of the
newest form (migrations); a form, once released, is never edited, only followed by another.
"""

from __future__ import annotations

from audit.models import AccessEvent, AuditEvent, Log

MODELS = {Log.AUDIT: AuditEvent, Log.ACCESS: AccessEvent}
_WHO = ("user_id", "membership_id", "agency_id", "via", "request_id")
# Per form and log, the columns that follow log, form, id and time
_FORMS = {
    1: {
        Log.AUDIT: (*_WHO, "event", "target_type", "target_id", "facts"),
        Log.ACCESS: (*_WHO, "kind", "why", "safes", "withheld", "seen_by_id"),
    },
}
NEWEST = max(_FORMS)


def _text(log: Log, form: int, row: str) -> str:
    """The SQL of one form of the text."""
    at = f"""to_char({row}.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    values = [f"{row}.id", at, *(f"{row}.{name}" for name in _FORMS[form][log])]
    return f"jsonb_build_array('{log.value}', {form}, {', '.join(values)})::text"


def text_of_leaf(leaf: str) -> str:
    """SQL for the text of a leaf's event, in the form of that leaf; NULL where the event is gone."""
    cases = " ".join(
        f"WHEN '{log.value}' THEN (SELECT CASE {leaf}.form {_forms(log, 'e')} END"  # noqa: S608 - our own words
        f" FROM {model._meta.db_table} e WHERE e.id = {leaf}.id AND e.at = {leaf}.at)"
        for log, model in MODELS.items()
    )
    return f"CASE {leaf}.log {cases} END"


def _forms(log: Log, row: str) -> str:
    return " ".join(f"WHEN {form} THEN {_text(log, form, row)}" for form in _FORMS)
