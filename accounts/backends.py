"""Who may sign in: whoever knows the password of an account as the portal itself wrote it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class GenuineBackend(ModelBackend):
    """Django's own, for genuine rows alone: asked at sign-in, and again on each request."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and isinstance(user, User) and user.is_genuine()
