"""People and their passwords."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import queries
from accounts.models import EndReason, User
from accounts.sealing import keyed_digest
from accounts.services.sessions import end_other_sessions
from accounts.services.telling import Change, tell
from audit import services as audit
from kernel import outbox
from kernel.actors import Actor
from kernel.attestation import SIGNATURE
from kernel.ids import new_id

RESET_TOPIC = "accounts.password_reset"
# One message in ten minutes is enough, and nobody can fill a colleague's mailbox.
RESET_EVERY_SECONDS = 600


@transaction.atomic
def create_user(*, actor: Actor, email: str, full_name: str, password: str) -> User:
    """A person who accepted an invitation. Raises IntegrityError where the address is taken."""
    user = User.objects.create_user(email=email, full_name=full_name, password=password)
    audit.record("accounts.user_created", actor=actor, target=user)
    return user


@transaction.atomic
def change_password(*, actor: Actor, password: str, keep_session: UUID | None) -> User:
    """Set the actor's own password and sign them out everywhere else."""
    user = queries.own_user(actor).select_for_update(no_key=True).get()
    _set(user, password)
    audit.record("accounts.password_changed", actor=actor, target=user)
    tell(actor=actor, change=Change.PASSWORD)
    end_other_sessions(actor=actor, keep=keep_session, reason=EndReason.PASSWORD)
    return user


@transaction.atomic
def ask_password_reset(*, actor: Actor, email: str) -> None:
    """Promise a message to whoever has that address. A stranger's address takes the same steps."""
    user = queries.user_by_email(email)
    address = keyed_digest("reset address", email.strip().lower())[0]
    period = int(timezone.now().timestamp()) // RESET_EVERY_SECONDS
    user_id = user.pk if user else new_id()
    outbox.enqueue(RESET_TOPIC, actor=actor, key=f"{address}:{period}", user_id=user_id)


@transaction.atomic
def reset_password(*, actor: Actor, user_id: UUID, token: str, password: str) -> bool:
    """Set the password by a link from an e-mail, once; a code is still needed to sign in."""
    locked = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    user = queries.user_by_reset_link(user_id, token) if locked else None
    if user is None:
        return False
    _set(user, password)
    audit.record("accounts.password_reset", actor=actor, target=user)
    tell(actor=actor, change=Change.PASSWORD, about=Actor(user_id=user.pk))
    end_other_sessions(actor=Actor(user_id=user.pk), keep=None, reason=EndReason.PASSWORD)
    return True


def _set(user: User, password: str) -> None:
    user.set_password(password)
    user.attest().save(update_fields=["password", *SIGNATURE])
