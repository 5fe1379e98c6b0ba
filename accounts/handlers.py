"""What accounts promise in the outbox."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator

from accounts import queries
from kernel import mail
from kernel.models import OutboxMessage
from kernel.outbox import payload_id


def send_password_reset(message: OutboxMessage) -> None:
    """Send a fresh link. Nothing is sent where the address was nobody's or has since been closed."""
    user = queries.user_to_write_to(payload_id(message, "user_id"))
    if user is None:
        return
    token = default_token_generator.make_token(user)
    mail.send(
        to=user.email,
        subject="Set a new password",
        template="password_reset",
        context={"link": mail.link("accounts:new_password", user.pk, token)},
        message_id=message.pk,
    )
