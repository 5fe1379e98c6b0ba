"""Reads of the log and of the outbox, always in the actor's scope."""

from oversight.queries.expiry import due_months, expiries
from oversight.queries.log import (
    Entry,
    Place,
    case_of,
    changes,
    incidents,
    looks,
    page,
    requests,
    shares,
)
from oversight.queries.names import (
    Names,
    agencies,
    agency_names,
    member_names,
    members_of,
    names_in,
    safe_of,
)
from oversight.queries.post import given_up, messages, parked, parked_topics
from oversight.queries.recipients import Recipients, recipients
from oversight.queries.seals import Sealing, seal_of, sealing

__all__ = [
    "Entry",
    "Names",
    "Place",
    "Recipients",
    "Sealing",
    "agencies",
    "agency_names",
    "case_of",
    "changes",
    "due_months",
    "expiries",
    "given_up",
    "incidents",
    "looks",
    "member_names",
    "members_of",
    "messages",
    "names_in",
    "page",
    "parked",
    "parked_topics",
    "recipients",
    "requests",
    "safe_of",
    "seal_of",
    "sealing",
    "shares",
]
