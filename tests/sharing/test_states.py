"""Every move of a draft: each status against each move."""

from sharing.states import DRAFT_WORKFLOW, DraftStatus
from tests.matrix import assert_allows_exactly


def test_a_draft_is_sent_or_discarded_once_and_then_rests() -> None:
    assert_allows_exactly(
        DRAFT_WORKFLOW,
        {
            (DraftStatus.OPEN, "use", DraftStatus.USED),
            (DraftStatus.OPEN, "discard", DraftStatus.DISCARDED),
        },
    )
