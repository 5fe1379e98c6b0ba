"""An authenticator app, as independent of the portal's own code as an app on a telephone."""

from __future__ import annotations

import base64

from django_otp.oath import totp


def code_for(setup_key: str) -> str:
    """What the app shows now for a setup key typed from the page."""
    letters = "".join(setup_key.split()).upper()
    seed = base64.b32decode(letters + "=" * (-len(letters) % 8))
    return f"{totp(seed):06d}"
