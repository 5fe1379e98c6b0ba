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
from sharing.policies.conflicts import can_keep_from
from sharing.policies.drafts import (
    can_edit_draft,
    can_reach_draft,
    cannot_read_draft,
    draft_keeps_changing,
    visible_drafts,
)
from sharing.policies.reading import (
    can_read_answer,
    can_read_share,
    visible_answers,
    visible_shares,
)
from sharing.policies.releasing import (
    can_release,
    can_see_release,
    visible_addresses,
    visible_releases,
)
from sharing.policies.scopes import not_kept_from

__all__ = [
    "answers_everybody",
    "can_answer",
    "can_ask",
    "can_claim",
    "can_edit_draft",
    "can_find",
    "can_finish_answer",
    "can_follow",
    "can_keep_from",
    "can_put_back",
    "can_reach_draft",
    "can_read_answer",
    "can_read_ask",
    "can_read_own_ask",
    "can_read_request",
    "can_read_share",
    "can_release",
    "can_see_home",
    "can_see_release",
    "can_take_over",
    "can_warn",
    "can_work_at_desk",
    "cannot_read_draft",
    "desks_are_genuine",
    "desks_are_open",
    "draft_keeps_changing",
    "not_kept_from",
    "visible_addresses",
    "visible_answers",
    "visible_asks",
    "visible_drafts",
    "visible_releases",
    "visible_requests",
    "visible_shares",
]
