"""What the nightly check compares of accounts."""

from accounts.models import Passkey, RecoveryCode, RecoverySheet, TotpDevice, User
from audit.attested import register_attested


def register_checks() -> None:
    """Accounts, devices and recovery codes are as the log keeps them."""
    register_attested(User, TotpDevice, Passkey, RecoverySheet, RecoveryCode)
