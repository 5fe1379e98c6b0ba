"""Signing in and out, and the sessions in between."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import django_otp
from django.contrib import auth
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import browsers, queries
from accounts.access import is_verified, note_proof
from accounts.models import EndReason, SecondFactor, Session, User
from accounts.passkeys import Assertion
from accounts.sealing import keyed_digest
from accounts.services.devices import CodeCheck, check_code
from audit import services as audit
from kernel.actors import Actor

SIGN_IN = Actor.system("sign_in")
# Noting each request would write a row for each page; a minute is near enough to half an hour.
SEEN_EVERY = timedelta(minutes=1)


@transaction.atomic
def check_password(*, actor: Actor, request: HttpRequest, email: str, password: str) -> User | None:
    """The person whose e-mail address and password these are. Takes as long for a stranger."""
    user = auth.authenticate(request, email=email.strip().lower(), password=password)
    if isinstance(user, User):
        if user.newly_signed:
            audit.record("accounts.password_hashed_anew", actor=actor, target=user)
        return user
    # The address is kept as a keyed digest: it may be anything that somebody typed.
    known = queries.user_by_email(email) or User(id=None)
    typed = keyed_digest("sign-in address", email.strip().lower())[0]
    audit.record("accounts.sign_in_failed", actor=actor, target=known, address=typed)
    return None


@transaction.atomic
def sign_in(*, actor: Actor, request: HttpRequest, email: str, password: str) -> User | None:
    """The first step: a session that opens nothing but the page that asks for a code."""
    user = check_password(actor=actor, request=request, email=email, password=password)
    if user:
        auth.login(request, user)
    return user


@transaction.atomic
def complete_sign_in(*, actor: Actor, request: HttpRequest, code: str | Assertion) -> CodeCheck:
    """The second step: a code from a device or from the recovery sheet, or a passkey."""
    check = check_code(actor=actor, code=code)
    if check.factor:
        trust_session(actor=actor, request=request, factor=check.factor)
    return check


@transaction.atomic
def trust_session(*, actor: Actor, request: HttpRequest, factor: SecondFactor) -> None:
    """Let the session rest on a second factor that was just proven, under a new key."""
    user = queries.own_user(actor).get()
    audit.record(
        "accounts.confirmed_again" if is_verified(request) else "accounts.signed_in",
        actor=actor,
        target=user,
    )
    request.session.cycle_key()
    django_otp.login(request, factor)
    note_proof(request)
    browser = browsers.family(request.headers.get("User-Agent", ""))
    Session.objects.filter(pk=request.session.row_id).update(browser=browser)  # type: ignore[attr-defined]  # ours


@transaction.atomic
def sign_out(*, actor: Actor, request: HttpRequest) -> None:
    """End this session."""
    user = queries.own_user(actor).get()
    auth.logout(request)
    audit.record("accounts.signed_out", actor=actor, target=user)


@transaction.atomic
def end_session(*, actor: Actor, session: Session, reason: EndReason) -> None:
    """Close a session that was left alone or has lasted long enough."""
    if _end(Session.objects.filter(pk=session.pk), reason):
        audit.record("accounts.session_expired", actor=actor, target=session, reason=reason.value)


@transaction.atomic
def end_other_sessions(*, actor: Actor, keep: UUID | None, reason: EndReason) -> int:
    """Sign the actor out everywhere but here."""
    user = queries.own_user(actor).get()
    others = queries.sessions(actor).order_by()
    ended = _end(others.exclude(pk=keep) if keep else others, reason)
    if ended:
        audit.record("accounts.sessions_ended", actor=actor, target=user, count=ended)
    return ended


@transaction.atomic
def end_own_session(*, actor: Actor, session_id: UUID) -> None:
    """Sign the actor out of one browser. Raises Session.DoesNotExist for anybody else's."""
    session = queries.sessions(actor).get(pk=session_id)
    if _end(Session.objects.filter(pk=session.pk), EndReason.ELSEWHERE):
        audit.record("accounts.session_ended", actor=actor, target=session)


def see_session(*, actor: Actor, session: Session) -> None:
    """Note that the session is in use, at most once a minute."""
    now = timezone.now()
    if now - session.last_seen_at > SEEN_EVERY:
        Session.objects.filter(pk=session.pk, ended_at=None).update(last_seen_at=now)


def _end(sessions: QuerySet[Session], reason: EndReason) -> int:
    now = timezone.now()
    return sessions.filter(ended_at=None).update(ended_at=now, end_reason=reason, data="")
