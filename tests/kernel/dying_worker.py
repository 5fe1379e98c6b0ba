"""A worker's process that is killed at a chosen moment of its work. Run by test_outbox_kills.

python -m tests.kernel.dying_worker before|after|never SMTP_PORT
"""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    moment, port = sys.argv[1], int(sys.argv[2])
    import django  # noqa: PLC0415 - the settings are read when it is imported

    django.setup()
    from django.conf import settings  # noqa: PLC0415

    from kernel import mail, outbox  # noqa: PLC0415
    from kernel.models import OutboxMessage  # noqa: PLC0415

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

    def handle(message: OutboxMessage) -> None:
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        link = "https://portal.example/reset/"
        mail.send(
            to="somebody@example.org",
            subject="Set a new password",
            template="password_reset",
            context={"link": link},
            message_id=message.pk,
        )
        if moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    outbox.register("sample.killed", handle, queue="sample")
    outbox.deliver_waiting("sample")


if __name__ == "__main__":
    main()
