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
from sharing.services.around import open_people, warn
from sharing.services.asking import RequestInput, send_request
from sharing.services.conflicts import keep_from_ask, keep_from_request, keep_members_from
from sharing.services.contacting import ContactInput, LogInput, log_contact
from sharing.services.copies import (
    keep_copy,
    open_for_copy,
    require_still_open,
    take_copy,
)
from sharing.services.correcting import (
    CorrectionInput,
    acknowledge,
    chase_acknowledgements,
    correct_item,
    withdraw_item,
)
from sharing.services.drafting import (
    StaleDraft,
    begin_answer,
    begin_request,
    begin_share,
    discard_draft,
    edit_draft,
    own_desk,
    read_draft,
    save_draft,
)
from sharing.services.escalating import (
    StepInput,
    bring_in,
    escalate,
    notice_late_steps,
    open_words,
    settle,
    take_further,
    withdraw,
)
from sharing.services.finding import Found, look_for
from sharing.services.giving import Given, ShareInput, send_share
from sharing.services.handing import hand_on
from sharing.services.notes import (
    NoteInput,
    note_on_answer,
    note_on_request,
    open_notes,
    open_words_back,
    send_word_back,
)
from sharing.services.noticing import notice_nearly_due, notice_overdue, unattended_asks
from sharing.services.passing import give_up_passing_on, pass_on
from sharing.services.reading import (
    open_answers,
    open_ask,
    open_names,
    open_narrative,
    open_request,
    open_share,
)
from sharing.services.recalling import (
    RecallInput,
    also_given,
    chase_recalls,
    confirm_copies,
    not_meant_for_me,
    read_recall,
    recall_from,
)
from sharing.services.reference import load_reference
from sharing.services.releasing import (
    open_address,
    open_released,
    release_address,
    withdraw_address,
)

__all__ = [
    "ContactInput",
    "CorrectionInput",
    "Found",
    "Given",
    "ItemInput",
    "LogInput",
    "NoteInput",
    "PersonAnswer",
    "RecallInput",
    "RecipientInput",
    "RequestInput",
    "ShareInput",
    "StaleDraft",
    "StepInput",
    "acknowledge",
    "also_given",
    "begin_answer",
    "begin_request",
    "begin_share",
    "bring_in",
    "chase_acknowledgements",
    "chase_recalls",
    "claim",
    "confirm_copies",
    "correct_item",
    "discard_draft",
    "edit_draft",
    "escalate",
    "give_up_passing_on",
    "hand_on",
    "keep_copy",
    "keep_from_ask",
    "keep_from_request",
    "keep_members_from",
    "load_reference",
    "log_contact",
    "look_for",
    "not_meant_for_me",
    "note_on_answer",
    "note_on_request",
    "notice_late_steps",
    "notice_nearly_due",
    "notice_overdue",
    "open_address",
    "open_answers",
    "open_ask",
    "open_for_copy",
    "open_names",
    "open_narrative",
    "open_notes",
    "open_people",
    "open_released",
    "open_request",
    "open_share",
    "open_words",
    "open_words_back",
    "own_desk",
    "pass_on",
    "put_back",
    "read_draft",
    "read_recall",
    "recall_from",
    "release_address",
    "require_still_open",
    "save_draft",
    "send_answers",
    "send_request",
    "send_share",
    "send_word_back",
    "settle",
    "take_copy",
    "take_further",
    "take_over",
    "unattended_asks",
    "warn",
    "withdraw",
    "withdraw_address",
    "withdraw_item",
]
