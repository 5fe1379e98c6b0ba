"""Reads about accounts. Everything here starts from the person who acts."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.tokens import default_token_generator
from django.db.models import QuerySet
from django.utils import timezone

from accounts import fresh_start
from accounts.models import Passkey, RecoveryCode, RecoverySheet, Session, TotpDevice, User
from accounts.session_store import live_since
from kernel.actors import Actor


def user_id(actor: Actor) -> UUID:
    """Whose account it is. The system has none."""
    if actor.user_id is None:
        raise ValueError("only a person has an account")
    return actor.user_id


def own_user(actor: Actor) -> QuerySet[User]:
    return User.objects.filter(pk=user_id(actor), is_active=True)


def devices(actor: Actor) -> QuerySet[TotpDevice]:
    """The actor's authenticators in use, oldest first."""
    rows = TotpDevice.objects.filter(user=user_id(actor), confirmed=True)
    return rows.order_by("confirmed_at", "pk")


def passkeys(actor: Actor) -> QuerySet[Passkey]:
    """The actor's passkeys and security keys in use, oldest first."""
    rows = Passkey.objects.filter(user=user_id(actor), confirmed=True)
    return rows.order_by("confirmed_at", "pk")


def factors_in_use(actor: Actor) -> int:
    """How many devices the actor can sign in with; recovery codes are not among them."""
    return devices(actor).count() + passkeys(actor).count()


def factor_in_use(actor: Actor, pk: UUID) -> TotpDevice | Passkey | None:
    """One of the actor's devices in use, of whichever kind."""
    return devices(actor).filter(pk=pk).first() or passkeys(actor).filter(pk=pk).first()


def factor_ids(actor: Actor) -> list[UUID]:
    """Every device that ever was in use, as its row: none is deleted, so the list only grows."""
    owner = user_id(actor)
    apps = TotpDevice.objects.filter(user=owner).exclude(confirmed_at=None, removed_at=None)
    keys = Passkey.objects.filter(user=owner)
    sheets = RecoverySheet.objects.filter(user=owner)
    return sorted(pk for rows in (apps, keys, sheets) for pk in rows.values_list("pk", flat=True))


def may_begin(actor: Actor, link: str) -> bool:
    """Whether a password is enough to set up a device: the first ever, or by the link of a reset."""
    had = factor_ids(actor)
    return not had or fresh_start.is_good(link, own_user(actor).get(), had)


def user_by_fresh_start(user_id: UUID, link: str) -> User | None:
    """Whose device the link may still set up."""
    user = user_to_write_to(user_id)
    if user is None:
        return None
    return user if fresh_start.is_good(link, user, factor_ids(Actor(user_id=user.pk))) else None


def pending_devices(actor: Actor) -> QuerySet[TotpDevice]:
    """The authenticator that the actor was offered and has not confirmed, if any."""
    return TotpDevice.objects.filter(user=user_id(actor), confirmed=False, removed_at=None)


def recovery_sheets(actor: Actor) -> QuerySet[RecoverySheet]:
    """The actor's recovery codes in use: one sheet or none."""
    return RecoverySheet.objects.filter(user=user_id(actor), confirmed=True)


def recovery_codes_left(actor: Actor) -> int:
    unused = RecoveryCode.objects.filter(used_at=None, sheet__confirmed=True)
    return unused.filter(sheet__user=user_id(actor)).count()


def sessions(actor: Actor) -> QuerySet[Session]:
    """The actor's open sessions, the last used first."""
    rows = Session.objects.filter(live_since(timezone.now()), user=user_id(actor))
    return rows.order_by("-last_seen_at", "pk")


def user_by_email(email: str) -> User | None:
    """Whoever signs in with that address. For signing in alone: no page tells who has an account."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    return user if user and user.is_genuine() else None


def user_by_reset_link(user_id: UUID, token: str) -> User | None:
    """Whose password the link may still set."""
    user = user_to_write_to(user_id)
    return user if user and default_token_generator.check_token(user, token) else None


def user_to_write_to(user_id: UUID) -> User | None:
    """For the worker that sends a link, to the address that the portal itself wrote."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if user and user.is_genuine() else None
