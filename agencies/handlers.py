"""What the outbox promises: the invitation's message, with a link that is made only now."""

from __future__ import annotations

from django.utils import timezone

from agencies import policies, queries, resetting, tokens
from agencies.access import actor_for
from kernel import mail
from kernel.models import OutboxMessage
from kernel.outbox import payload_id


def send_invitation(message: OutboxMessage) -> None:
    """Send the link to the address invited; an invitation that no longer stands is not sent."""
    invitation = queries.invitation_to_send(payload_id(message, "invitation_id"))
    if not policies.can_accept(invitation, invitation.email, timezone.now()):
        return
    mail.send(
        to=invitation.email,
        subject="You are invited to the information sharing portal",
        template="invitation",
        context={
            "agency": invitation.agency.name,
            "link": mail.link("agencies:join", tokens.make(invitation)),
            "expires_at": invitation.expires_at,
        },
        message_id=message.pk,
    )


def send_reset_waiting(message: OutboxMessage) -> None:
    """Tell somebody that a reset waits for their word, if it still does and they may give it."""
    actor = actor_for(payload_id(message, "holder_id"), via="system:post")
    reset = actor and resetting.resets(actor).filter(pk=payload_id(message, "reset_id")).first()
    address = queries.address_of(payload_id(message, "holder_id"))
    if not (actor and reset and address and resetting.can_confirm(actor, reset)):
        return
    mail.send(
        to=address,
        subject="A lost device waits for your word",
        template="reset_waiting",
        context={"link": mail.link("agencies:reset", reset.pk)},
        message_id=message.pk,
    )
