"""Sign-ins that are still open, or ended not long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.users import User
from kernel.models import BaseModel


class EndReason(models.TextChoices):
    """Why a session ended, in the words that its owner reads."""

    IDLE = "IDLE", "You were signed out because you had not used the portal for a while"
    TOO_LONG = "TOO_LONG", "You were signed out because you signed in a long time ago"
    SIGNED_OUT = "SIGNED_OUT", "You have signed out"
    ELSEWHERE = "ELSEWHERE", "You were signed out from another browser or device"
    RESET = "RESET", "You were signed out because your ways of signing in were reset"
    PASSWORD = "PASSWORD", "You were signed out because your password was changed"


class Session(BaseModel):
    """One browser's sign-in. Holds a digest of the key, so a copy of the table opens nothing."""

    app_may = "SELECT, INSERT, UPDATE, DELETE"

    class Privacy:
        keep = "SESSION"
        clear = {"started_at", "last_seen_at", "ended_at", "end_reason"}
        staff = {"user", "browser"}
        secret = {"key_digest", "data"}

    key_digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    data = models.TextField(blank=True)
    # The browser's family, as it calls itself, for its owner to know it by; empty before both factors
    browser = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_session_that_ended_holds_nothing_and_says_why",
                condition=Q(ended_at__isnull=True, end_reason="")
                | Q(ended_at__isnull=False, data="") & ~Q(end_reason=""),
            )
        ]
        indexes = [
            models.Index("user", name="accounts_session_open", condition=Q(ended_at__isnull=True))
        ]

    def over(self, now: datetime) -> EndReason | None:
        """Why the session may not be used any more, if so."""
        if self.ended_at:
            return EndReason(self.end_reason)
        if now - self.last_seen_at > timedelta(seconds=settings.SESSION_IDLE_SECONDS):
            return EndReason.IDLE
        if now - self.started_at > timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS):
            return EndReason.TOO_LONG
        return None
