"""Everything that changes a request or an answer, or opens one."""

from sharing.services.answering import (
    ItemInput,
    PersonAnswer,
    RecipientInput,
    claim,
    put_back,
    send_answers,
    take_over,
)
from sharing.services.asking import RequestInput, send_request
from sharing.services.drafting import (
    StaleDraft,
    begin_answer,
    begin_request,
    discard_draft,
    edit_draft,
    own_desk,
    read_draft,
    save_draft,
)
from sharing.services.finding import Found, look_for
from sharing.services.noticing import notice_overdue
from sharing.services.reading import (
    open_answers,
    open_ask,
    open_names,
    open_request,
)
from sharing.services.reference import load_reference

__all__ = [
    "Found",
    "ItemInput",
    "PersonAnswer",
    "RecipientInput",
    "RequestInput",
    "StaleDraft",
    "begin_answer",
    "begin_request",
    "claim",
    "discard_draft",
    "edit_draft",
    "load_reference",
    "look_for",
    "notice_overdue",
    "open_answers",
    "open_ask",
    "open_names",
    "open_request",
    "own_desk",
    "put_back",
    "read_draft",
    "save_draft",
    "send_answers",
    "send_request",
    "take_over",
]
