"""Ways out of the machine: a file that only grows, and syslog (RFC 5424)."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from audit.statements import Statement

SECONDS = 10
# Facility "security", severity "informational" (RFC 5424, 6.2.1)
_PRIORITY = 4 * 8 + 6
_SYSLOG_PORT = 514


def append(path: Path, statement: Statement) -> None:
    """Add a line to a file, on a mount that its own system lets nobody rewrite."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    with os.fdopen(descriptor, "w") as file:
        file.write(statement.line() + "\n")
        file.flush()
        os.fsync(file.fileno())


def kept() -> list[Statement]:
    """The statements in the file outside, where this host can read it."""
    path = Path(settings.SEAL_ROOTS or os.devnull)
    return read(path) if path.exists() else []


def read(path: Path) -> list[Statement]:
    """The statements in a file; raises OSError or ValueError."""
    with path.open(encoding="utf-8") as lines:
        return list(_statements_in(lines))


def _statements_in(lines: Iterable[str]) -> Iterator[Statement]:
    """Bare lines, lines of a log host, or saved messages."""
    for line in lines:
        begin = line.find('{"seal":')
        if begin >= 0:
            yield Statement.read(line[begin:])


def to_syslog(url: str, statement: Statement) -> None:
    """Send to udp://host:port, tcp://host:port or unix:///path.

    Raises OSError where the other side cannot be reached; UDP cannot tell whether it was.
    """
    parts = urlsplit(url)
    host = socket.gethostname() or "-"
    message = f"<{_PRIORITY}>1 {statement.at} {host} isp-portal - SEAL - {statement.line()}"
    with _connected(parts) as connection:
        # Over TCP a message ends with a line feed (RFC 6587, 3.4.2)
        connection.sendall(message.encode() + (b"\n" if parts.scheme == "tcp" else b""))


def _connected(parts: SplitResult) -> socket.socket:
    host, port = parts.hostname or "", parts.port or _SYSLOG_PORT
    if parts.scheme == "tcp":
        return socket.create_connection((host, port), SECONDS)
    family: socket.AddressFamily
    address: object
    if parts.scheme == "udp":
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    elif parts.scheme == "unix":
        family, address = socket.AF_UNIX, parts.path
    else:
        raise ValueError("SEAL_SYSLOG begins with udp://, tcp:// or unix://")
    connection = socket.socket(family, socket.SOCK_DGRAM)
    connection.settimeout(SECONDS)
    connection.connect(address)
    return connection
