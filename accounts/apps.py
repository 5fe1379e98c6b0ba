from django.apps import AppConfig

from audit import events


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts import consistency, handlers
        from kernel import outbox

        consistency.register_checks()
        events.register(
            {
                "accounts.user_created": "Accepted an invitation and made an account",
                "accounts.sign_in_failed": "Tried to sign in with a wrong address or password",
                "accounts.code_refused": "Typed a wrong or used one-time code",
                "accounts.signed_in": "Signed in",
                "accounts.confirmed_again": "Proved again who they are by a second factor",
                "accounts.signed_out": "Signed out",
                "accounts.session_expired": "Was signed out by a time limit",
                "accounts.session_ended": "Signed out of another browser",
                "accounts.passkey_refused": "Offered a passkey that was not accepted",
                "accounts.factors_reset": "Reset all devices and codes of somebody who lost theirs",
                "accounts.sessions_ended": "Signed out everywhere else",
                "accounts.device_offered": "Was offered a code to put into a device",
                "accounts.password_hashed_anew": "Signed in; the password was hashed by the newer rule",
                "accounts.recovery_codes_ended": "Put recovery codes out of use",
                "accounts.device_added": "Added a device",
                "accounts.device_removed": "Removed a device",
                "accounts.recovery_codes_made": "Made new recovery codes",
                "accounts.recovery_code_used": "Used a recovery code",
                "accounts.password_changed": "Changed their password",
                "accounts.password_reset": "Set a new password by a link sent to them",
            }
        )
        outbox.register("accounts.password_reset", handlers.send_password_reset)
        outbox.register("accounts.changed", handlers.send_change)
        outbox.register("accounts.fresh_start", handlers.send_fresh_start)
