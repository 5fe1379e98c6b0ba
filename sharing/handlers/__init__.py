"""Secure-transfer notices: that something waits, its reference and a link. Never a name or a case.

A topic of the journey fans out into one message per recipient; each is sent on its own, after the
recipient's right has been checked again.
"""

from __future__ import annotations

from functools import partial

from kernel import outbox
from sharing.handlers.addressing import NOTICE
from sharing.handlers.afterwards import (
    tell_of_emergency,
    tell_of_escalation,
    tell_of_recall,
    tell_of_word_back,
    tell_put_right,
)
from sharing.handlers.journey import (
    tell_both_sides,
    tell_desk,
    tell_nobody_is_there,
    tell_of_passing_on,
    tell_recipients,
    tell_shared,
    tell_taker,
    tell_who_answers,
)
from sharing.handlers.sending import send_notice


def register() -> None:
    """Called once the apps are ready."""
    outbox.register("sharing.ask_sent", tell_desk)
    outbox.register("sharing.ask_answered", tell_recipients)
    outbox.register("sharing.ask_nearly_due", tell_who_answers)
    outbox.register("sharing.ask_overdue", tell_both_sides)
    outbox.register("sharing.ask_handed_on", tell_taker)
    outbox.register("sharing.ask_passed_on", tell_of_passing_on)
    outbox.register("sharing.ask_stays", tell_nobody_is_there)
    outbox.register("sharing.shared", tell_shared)
    outbox.register("sharing.word_back_sent", tell_of_word_back)
    outbox.register("sharing.put_right", tell_put_right)
    outbox.register("sharing.recalled", tell_of_recall)
    outbox.register("sharing.escalation_moved", partial(tell_of_escalation, "ESCALATED"))
    outbox.register("sharing.escalation_ended", partial(tell_of_escalation, "ESCALATION_ENDED"))
    outbox.register("sharing.escalation_late", partial(tell_of_escalation, "ESCALATION_LATE"))
    outbox.register("sharing.emergency", tell_of_emergency)
    outbox.register(NOTICE, send_notice)
