"""Who may see requests and answers, and who may do what with them.

Seeing a record shows its clear columns only; words come out of the vault, which asks for itself.
"""

from sharing.policies.answering import (
    answers_everybody,
    can_answer,
    can_claim,
    can_finish_answer,
    can_put_back,
    can_read_ask,
    can_take_over,
    can_work_at_desk,
    visible_asks,
)
from sharing.policies.around import can_warn
from sharing.policies.asking import (
    can_ask,
    can_find,
    can_follow,
    can_read_own_ask,
    can_read_request,
    can_see_home,
    desks_are_genuine,
    desks_are_open,
    visible_requests,
)
from sharing.policies.clocks import (
    can_hand_on,
    can_pass_on,
    can_see_desks_work,
    can_take,
    visible_to_hand_on,
)
from sharing.policies.conflicts import can_keep_from
from sharing.policies.drafts import (
    can_edit_draft,
    can_reach_draft,
    cannot_read_draft,
    draft_keeps_changing,
    visible_drafts,
)
from sharing.policies.papers import (
    can_fetch_copy,
    can_note_answer,
    can_note_request,
    can_see_copy,
    can_send_word_back,
    can_take_copy,
    copy_still_holds,
    visible_copies,
    visible_notes,
    word_back_goes_to_those_who_answered,
)
from sharing.policies.reading import (
    can_read_answer,
    visible_answers,
)
from sharing.policies.releasing import (
    can_release,
    can_see_release,
    visible_addresses,
    visible_releases,
)
from sharing.policies.scopes import not_kept_from
from sharing.policies.sharing import (
    can_log,
    can_read_share,
    can_share,
    something_is_given,
    visible_shares,
)

__all__ = [
    "answers_everybody",
    "can_answer",
    "can_ask",
    "can_claim",
    "can_edit_draft",
    "can_fetch_copy",
    "can_find",
    "can_finish_answer",
    "can_follow",
    "can_hand_on",
    "can_keep_from",
    "can_log",
    "can_note_answer",
    "can_note_request",
    "can_pass_on",
    "can_put_back",
    "can_reach_draft",
    "can_read_answer",
    "can_read_ask",
    "can_read_own_ask",
    "can_read_request",
    "can_read_share",
    "can_release",
    "can_see_copy",
    "can_see_desks_work",
    "can_see_home",
    "can_see_release",
    "can_send_word_back",
    "can_share",
    "can_take",
    "can_take_copy",
    "can_take_over",
    "can_warn",
    "can_work_at_desk",
    "cannot_read_draft",
    "copy_still_holds",
    "desks_are_genuine",
    "desks_are_open",
    "draft_keeps_changing",
    "not_kept_from",
    "something_is_given",
    "visible_addresses",
    "visible_answers",
    "visible_asks",
    "visible_copies",
    "visible_drafts",
    "visible_notes",
    "visible_releases",
    "visible_requests",
    "visible_shares",
    "visible_to_hand_on",
    "word_back_goes_to_those_who_answered",
]
