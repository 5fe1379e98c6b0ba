"""The portal's own programs: web server, workers, clock."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Mapping
from pathlib import Path

from launcher.processes import Part

BIN = Path(sys.executable).parent
# Where a web worker's sign of life costs no disk.
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # nosec B108
CELERY = ("celery", "-A", "isp_portal")
WORKER = (*CELERY, "worker", "--loglevel=INFO", "--without-gossip", "--without-mingle")


def programs(environment: Mapping[str, str], port: int) -> list[Part]:
    """Each program as a part, in the order in which they start."""
    # Only the worker of the queue `audit` holds the key that seals the log.
    others = {name: value for name, value in environment.items() if name != "SEALING_KEY"}
    disposer = {**others, "PORTAL_DB_ROLE": "disposer"}
    main = (*WORKER, "--queues=notify,documents,audit", "--hostname=main@%h", "--concurrency=2")
    retention = (*WORKER, "--queues=retention", "--hostname=retention@%h", "--concurrency=1")
    beat = (*CELERY, "beat", "--loglevel=INFO", "--pidfile=")
    return [
        Part("web", _command(*_gunicorn(port)), others, port=port),
        Part("worker", _command(*main), environment),
        Part("retention", _command(*retention), disposer),
        Part("beat", _command(*beat), others),
    ]


def _command(program: str, *words: str) -> tuple[str, ...]:
    return (str(BIN / program), *words)


def _gunicorn(port: int) -> tuple[str, ...]:
    options = [
        "isp_portal.wsgi",
        f"--bind=127.0.0.1:{port}",
        "--workers=2",
        "--threads=4",
        "--graceful-timeout=10",
        "--no-control-socket",
    ]
    if SHARED_MEMORY.is_dir():
        options.append(f"--worker-tmp-dir={SHARED_MEMORY}")
    return ("gunicorn", *options)


def answers(port: int) -> bool:
    """Whether the web server answers on its health page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
