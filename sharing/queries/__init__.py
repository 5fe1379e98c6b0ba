"""The only way in: every read and every write of sharing starts from the actor's scope."""

from sharing.queries.answers import (
    answers,
    answers_about,
    answers_in_full,
    answers_to,
    with_contents,
)
from sharing.queries.asks import (
    answered,
    asks,
    asks_in_full,
    narrow_queue,
    queue,
    with_subjects,
)
from sharing.queries.drafts import (
    answer_draft,
    drafts,
    latest_version,
    open_request_drafts,
    own_open_drafts,
    request_drafts,
)
from sharing.queries.finding import Record, records_about
from sharing.queries.reference import (
    chasing,
    clock,
    footings,
    purposes,
    time_limit,
    time_limits,
)
from sharing.queries.requests import (
    find_requests,
    own_asks,
    own_waiting_asks,
    requests,
    requests_in_full,
    requests_with_progress,
    sent_from,
)
from sharing.queries.shares import (
    counts,
    narrow_shares,
    shares_to,
    unread_shares,
)
from sharing.queries.workers import (
    answers_in_share,
    answers_to_ask,
    ask_by_id,
    asks_to_chase,
    is_answered,
    reference_of,
    share_by_id,
)

__all__ = [
    "Record",
    "answer_draft",
    "answered",
    "answers",
    "answers_about",
    "answers_in_full",
    "answers_in_share",
    "answers_to",
    "answers_to_ask",
    "ask_by_id",
    "asks",
    "asks_in_full",
    "asks_to_chase",
    "chasing",
    "clock",
    "counts",
    "drafts",
    "find_requests",
    "footings",
    "is_answered",
    "latest_version",
    "narrow_queue",
    "narrow_shares",
    "open_request_drafts",
    "own_asks",
    "own_open_drafts",
    "own_waiting_asks",
    "purposes",
    "queue",
    "records_about",
    "reference_of",
    "request_drafts",
    "requests",
    "requests_in_full",
    "requests_with_progress",
    "sent_from",
    "share_by_id",
    "shares_to",
    "time_limit",
    "time_limits",
    "unread_shares",
    "with_contents",
    "with_subjects",
]
