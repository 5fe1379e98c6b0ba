"""Sessions in our own table, found by a digest of their key.

The data is signed together with the key's digest: data copied into another row is refused, so
nobody who can write to the database can make themselves a session of somebody else's.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import EndReason, Session

# How long an ended session is remembered, to tell its browser why it ended.
REMEMBERED = timedelta(days=2)


class SessionStore(SessionBase):
    """What Django's session middleware works with. `row` is the record, `over` why it ended."""

    row: Session | None = None
    over: EndReason | None = None

    @property
    def row_id(self) -> UUID | None:
        return self.row.pk if self.row else None

    @property
    def key_salt(self) -> str:
        return f"accounts.session {digest(self.session_key)}"

    def load(self) -> dict[str, Any]:
        """The session's data, or nothing where the session has ended."""
        self.row = Session.objects.filter(key_digest=digest(self.session_key)).first()
        self.over = self.row.over(timezone.now()) if self.row else None
        if self.row and not self.over:
            return self.decode(self.row.data)
        self._session_key = None
        return {}

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(key_digest=digest(session_key)).exists()

    def create(self) -> None:
        self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        values = {"data": self.encode(data), "user_id": data.get("_auth_user_id")}
        return self._insert(values) if must_create else self._update(values)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        Session.objects.filter(key_digest=digest(key)).delete()

    def flush(self) -> None:
        """Signing out: the row stays a while without its data, to say what became of it."""
        Session.objects.filter(key_digest=digest(self.session_key), ended_at=None).update(
            ended_at=timezone.now(), end_reason=EndReason.SIGNED_OUT, data=""
        )
        self.clear()
        self._session_key = None
        self.row = None

    @classmethod
    def clear_expired(cls) -> None:
        """Forget sessions that ended, or were last used, days ago."""
        before = timezone.now() - REMEMBERED
        Session.objects.filter(Q(ended_at__lt=before) | Q(last_seen_at__lt=before)).delete()

    def _insert(self, values: dict[str, Any]) -> None:
        # A new key for the same sign-in does not start its twelve hours again.
        carried: dict[str, Any] = {}
        if self.row and not self.over:
            carried = {"started_at": self.row.started_at, "browser": self.row.browser}
        row = Session(key_digest=digest(self.session_key), **values, **carried)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise CreateError from error
        self.row, self.over = row, None

    def _update(self, values: dict[str, Any]) -> None:
        rows = Session.objects.filter(key_digest=digest(self.session_key), ended_at=None)
        if not rows.update(**values):
            raise UpdateError


def digest(session_key: str | None) -> str:
    """The key is 165 random bits, so a plain digest cannot be guessed back."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()


def live_since(now: datetime) -> Q:
    """Sessions that may still be used."""
    idle = now - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    first = now - timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
    return Q(ended_at=None, last_seen_at__gte=idle, started_at__gte=first)
