"""What accounts promise in the outbox."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone

from accounts import fresh_start, queries
from accounts.services.telling import Change
from kernel import mail
from kernel.actors import Actor
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


def send_change(message: OutboxMessage) -> None:
    """Tell somebody that their way of signing in changed, and when."""
    user = queries.user_to_write_to(payload_id(message, "user_id"))
    if user is None:
        return
    change = Change(message.payload["change"])
    mail.send(
        to=user.email,
        subject="How you sign in has changed",
        template="sign_in_changed",
        context={
            "what": change.label,
            "at": message.created_at,
            "link": mail.link("accounts:account"),
        },
        message_id=message.pk,
    )


def send_fresh_start(message: OutboxMessage) -> None:
    """Send the link to set up a device anew, unless one was set up already."""
    user = queries.user_to_write_to(payload_id(message, "user_id"))
    actor = Actor(user_id=payload_id(message, "user_id"))
    if user is None or queries.factors_in_use(actor):
        return
    code = fresh_start.make(user, queries.factor_ids(actor))
    mail.send(
        to=user.email,
        subject="Set up a new device",
        template="fresh_start",
        context={
            "link": mail.link("accounts:fresh_start", user.pk, code),
            "until": fresh_start.until(timezone.now()),
        },
        message_id=message.pk,
    )
