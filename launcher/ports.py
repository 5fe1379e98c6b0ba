"""Free ports on this machine, chosen once and remembered."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterable
from pathlib import Path

from launcher.errors import CannotGoOn
from launcher.place import write_whole

# Below the range from which Linux takes ports for outgoing connections.
INTERNAL = range(20000, 30000)
WEB = range(8000, 8100)


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Ports:
    """The ports of one place. A remembered port that somebody else took is replaced."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def known(self) -> dict[str, int]:
        try:
            return {
                str(name): int(port) for name, port in json.loads(self.file.read_text()).items()
            }
        except (OSError, ValueError, AttributeError):
            return {}  # never chosen, or unreadable after a crash: choose again

    def internal(self, name: str) -> int:
        """A port that only the portal's own programs use: any will do."""
        return self._choose(name, random.SystemRandom().sample(INTERNAL, len(INTERNAL)))

    def web(self, wish: int | None = None) -> int:
        """The port people type: the one they asked for, the last one, or the first free."""
        if wish is None:
            return self._choose("web", WEB)
        if not is_free(wish):
            raise CannotGoOn(f"Port {wish} is in use. Choose another: ./portal up --port N")
        return self._remember("web", wish)

    def _choose(self, name: str, candidates: Iterable[int]) -> int:
        known = self.known()
        taken = {port for other, port in known.items() if other != name}
        if name in known and known[name] not in taken and is_free(known[name]):
            return known[name]
        for port in candidates:
            if port not in taken and is_free(port):
                return self._remember(name, port)
        raise CannotGoOn("No free port was found. Name one: ./portal up --port N")

    def _remember(self, name: str, port: int) -> int:
        write_whole(self.file, json.dumps({**self.known(), name: port}, indent=1))
        return port
