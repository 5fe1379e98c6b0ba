"""Upkeep of sessions."""

from celery import shared_task

from accounts.session_store import SessionStore


@shared_task(name="accounts.forget_sessions")
def forget_sessions() -> None:
    """Forget the sessions that ended days ago."""
    SessionStore.clear_expired()
