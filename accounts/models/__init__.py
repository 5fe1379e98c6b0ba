"""People who sign in, their second factors and their sessions."""

from accounts.models.factors import (
    LONGEST_WAIT,
    GuessableFactor,
    RecoveryCode,
    RecoverySheet,
    SecondFactor,
    TotpDevice,
    tidy_recovery_code,
)
from accounts.models.passkeys import Passkey
from accounts.models.sessions import EndReason, Session
from accounts.models.users import User, UserManager

__all__ = [
    "LONGEST_WAIT",
    "EndReason",
    "GuessableFactor",
    "Passkey",
    "RecoveryCode",
    "RecoverySheet",
    "SecondFactor",
    "Session",
    "TotpDevice",
    "User",
    "UserManager",
    "tidy_recovery_code",
]
