"""Every change to an account."""

from accounts.services.demonstration import current_code, enrol_demo_device
from accounts.services.devices import (
    CodeCheck,
    add_device,
    check_code,
    make_recovery_codes,
    offer_device,
    remove_device,
)
from accounts.services.passkeys import add_passkey
from accounts.services.passwords import (
    ask_password_reset,
    change_password,
    create_user,
    reset_password,
)
from accounts.services.resets import reset_factors, tell_of_reset
from accounts.services.sessions import (
    check_password,
    complete_sign_in,
    end_other_sessions,
    end_own_session,
    end_session,
    see_session,
    sign_in,
    sign_out,
    trust_session,
)

__all__ = [
    "CodeCheck",
    "add_device",
    "add_passkey",
    "ask_password_reset",
    "change_password",
    "check_code",
    "check_password",
    "complete_sign_in",
    "create_user",
    "current_code",
    "end_other_sessions",
    "end_own_session",
    "end_session",
    "enrol_demo_device",
    "make_recovery_codes",
    "offer_device",
    "remove_device",
    "reset_factors",
    "reset_password",
    "see_session",
    "sign_in",
    "sign_out",
    "tell_of_reset",
    "trust_session",
]
