"""Telling leads that a question waits, and its asker that it was answered: reference and link only."""

from __future__ import annotations

from agencies import queries as agencies
from agencies.access import actor_for
from guidance import queries
from guidance.notices import NOTICES
from guidance.states import AdviceStatus
from kernel import mail, outbox
from kernel.models import OutboxMessage


def register() -> None:
    """Called once the apps are ready."""
    outbox.register("guidance.notice", send_notice)


def send_notice(message: OutboxMessage) -> None:
    """Send one message, unless its recipient may no longer see the question, or it was answered."""
    code, holder_id = message.payload["code"], outbox.payload_id(message, "holder_id")
    actor = actor_for(holder_id, via="system:notices")
    if actor is None:
        return
    advice = queries.advice(actor).filter(pk=outbox.payload_id(message, "advice_id")).first()
    if advice is None or (code == "ASKED" and advice.status == AdviceStatus.ANSWERED):
        return
    if address := agencies.address_of(holder_id):
        notice = NOTICES[code]
        mail.send(
            to=address,
            subject=notice.subject.format(reference=advice.reference),
            template="notice",
            context={
                "notice": notice,
                "reference": advice.reference,
                "link": mail.link("guidance:advice", advice.pk),
            },
            message_id=message.pk,
        )
