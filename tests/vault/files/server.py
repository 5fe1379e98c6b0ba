"""A real web server in processes of its own, and a browser that sends and reads slowly on purpose."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.test import Client

from tests import database
from tests.vault.files.sample import PLANTED

TOKEN = "x" * 32
BOUNDARY = "frontier"


@dataclass
class Server:
    """gunicorn with one worker, its temporary folder, and what can be seen of it from outside."""

    process: subprocess.Popen[bytes]
    port: int
    temporary: Path
    log: Path

    @classmethod
    def start(cls, folder: Path, settings: Mapping[str, str]) -> Server:
        temporary, log, port = folder / "temporary", folder / "gunicorn.log", _free_port()
        temporary.mkdir()
        environment = {
            **os.environ,
            **settings,
            "DJANGO_SETTINGS_MODULE": "tests.vault.files.served",
            "DATABASE_URL": database.url(),
            "TMPDIR": str(temporary),
            "ALLOWED_HOSTS": "127.0.0.1",
            "BASE_URL": f"http://127.0.0.1:{port}",
        }
        options = ["--threads=4", f"--bind=127.0.0.1:{port}", "--no-control-socket"]
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "isp_portal.wsgi", *options],
                env=environment,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        server = cls(process, port, temporary, log)
        server._wait()
        return server

    def _wait(self) -> None:
        for _ in range(300):
            try:
                with closing(self.connect()) as connection:
                    connection.request("GET", "/health/live")
                    connection.getresponse().read()
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    @property
    def worker(self) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(children.read_text().split()[0])

    @property
    def peak_kilobytes(self) -> int:
        """The most memory that the worker ever held."""
        lines = Path(f"/proc/{self.worker}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    def places_with_plain_bytes(self, *folders: Path) -> list[str]:
        """Every file of these folders, and every file that the worker holds open, even unlinked."""
        files = [path for folder in (self.temporary, *folders) for path in folder.rglob("*")]
        files += Path(f"/proc/{self.worker}/fd").iterdir()
        return [str(path) for path in files if path.is_file() and _holds(path, PLANTED[:20])]


def _holds(path: Path, words: bytes) -> bool:
    try:
        with path.open("rb") as file:
            tail = b""
            while piece := file.read(1 << 20):
                if words in tail + piece:
                    return True
                tail = piece[-len(words) :]
    except OSError:
        return False
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def headers(asker: Client, **more: str) -> dict[str, str]:
    """Those of somebody signed in, who has seen the form."""
    cookies = {name: morsel.value for name, morsel in asker.cookies.items()} | {"csrf": TOKEN}
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), **more}


def form(size: int, at: Mapping[int, Callable[[], object]]) -> Iterator[bytes]:
    """A form with a file of planted words; calls somebody when so many bytes of it are sent."""
    fields = {"csrfmiddlewaretoken": TOKEN, "words": "a report"}
    for name, value in fields.items():
        yield _part(f'name="{name}"') + value.encode() + b"\r\n"
    yield _part('name="paper"; filename="report.pdf"')
    line, sent = PLANTED * 2500, 0
    while sent < size:
        piece = line[: size - sent]
        for place in [one for one in at if sent <= one < sent + len(piece)]:
            at[place]()
        yield piece
        sent += len(piece)
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def _part(disposition: str) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode()


def length(size: int) -> int:
    return sum(len(piece) for piece in form(0, {})) + size


def post_file(
    server: Server,
    asker: Client,
    path: str,
    size: int,
    at: Mapping[int, Callable[[], object]],
) -> int:
    """Send the form piece by piece; returns the status."""
    more = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(length(size)),
    }
    with closing(server.connect()) as connection:
        connection.request("POST", path, form(size, at), headers(asker, **more))
        response = connection.getresponse()
        response.read()
        return response.status
