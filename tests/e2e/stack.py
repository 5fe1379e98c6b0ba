"""The rest of the portal beside the tests' web server: a real worker and a real SMTP server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests import database


@dataclass
class Postman:
    """Takes every message over SMTP and keeps it, as received."""

    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.raw.append(content)
        self.messages.append(message_from_bytes(content, EmailMessage, policy=default))
        return "250 Message accepted"

    def to(self, address: str) -> list[EmailMessage]:
        """What was sent to one address."""
        return [one for one in self.messages if address in str(one["To"])]

    def wait_for(self, address: str, count: int = 1, seconds: float = 30) -> list[EmailMessage]:
        """The messages to an address, once that many have arrived."""
        end = time.monotonic() + seconds
        while len(self.to(address)) < count:
            assert time.monotonic() < end, f"{address} got {len(self.to(address))} messages"
            time.sleep(0.05)
        return self.to(address)

    def everything(self) -> str:
        """All text that went out: headers and bodies, decoded."""
        parts = [p for one in self.messages for p in one.walk() if not p.is_multipart()]
        headers = [f"{k}: {v}" for one in self.messages for k, v in one.items()]
        return "\n".join(headers + [str(part.get_content()) for part in parts])


def open_post_office(postman: Postman | None = None) -> tuple[Controller, Postman]:
    """An SMTP server on a free port of this machine."""
    postman = postman or Postman()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    return controller, postman


def start_worker(
    base_url: str, smtp_port: int, redis_url: str, files: Path
) -> subprocess.Popen[bytes]:
    """A Celery worker as installed, on the test database as the application role."""
    environment = os.environ | {
        "DATABASE_URL": database.url("app"),
        "BASE_URL": base_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "REDIS_URL": redis_url,
        "FILE_STORE": str(files),
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "celery", "-A", "isp_portal", "worker", "-c", "1"]
    return subprocess.Popen(
        [
            *command,
            "-Q",
            "notify,documents",
            "-l",
            "WARNING",
            "--without-mingle",
            "--without-gossip",
        ],
        env=environment,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a worker and its children."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)
