"""Logs hold ids and codes. What somebody typed never gets there, whatever goes wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

SECRET = "Aaliyah"

# Everything that goes wrong with a secret at hand, in a process of its own.
PROGRAM = """
import logging, sys
import structlog
from isp_portal import logs

logs.configure({"json": sys.argv[1] == "json", "level": "INFO"})
secret = "Aal" + "iyah"
ours, django = structlog.get_logger("ours"), logging.getLogger("django.request")
worker = logging.getLogger("celery.app.trace")

def fail(typed):
    child = typed
    try:
        int(child)
    except ValueError as error:
        raise KeyError(f"no child called {child}") from error

def event(name, log):
    try:
        fail(secret)
    except KeyError as error:
        log(name, error)

event("ours.true", lambda name, error: ours.error(name, exc_info=True))
event("ours.itself", lambda name, error: ours.error(name, exc_info=error))
event("ours.method", lambda name, error: ours.exception(name))
event("ours.as_value", lambda name, error: ours.warning(name, reason=error))
event("django.info", lambda name, error: django.error(name, exc_info=sys.exc_info()))
event("django.exception", lambda name, error: django.exception(name))
event("django.argument", lambda name, error: django.error(name + " %s %r", error, error))
event("django.several", lambda name, error: django.error(name + " %r", (error, [error])))
event("django.message", lambda name, error: django.error(error))
event("django.extra", lambda name, error: django.error(name, extra={"request": secret, "status_code": 500}))
event("celery.task", lambda name, error: worker.error(
    name + " Task %(name)s[%(id)s] raised: %(exc)s %(traceback)s %(args)s %(kwargs)s",
    {"name": "kernel.relay", "id": "17", "exc": repr(error), "traceback": repr(error),
     "args": repr([secret]), "kwargs": repr({"name": secret})},
    exc_info=True))
event("ours.plain", lambda name, error: ours.info(name, queue="notify", count=3))
with structlog.contextvars.bound_contextvars(request_id="f" * 32):
    ours.info("ours.context")
    django.warning("django.context")
ours.info("ours.last", text="line\\nbreak")
"""


def printed(kind: str) -> str:
    command = [sys.executable, "-c", PROGRAM, kind]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    assert result.stdout == ""
    return result.stderr


@pytest.fixture(scope="module")
def console() -> str:
    return printed("console")


@pytest.fixture(scope="module")
def as_json() -> str:
    return printed("json")


@pytest.fixture
def lines(as_json: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in as_json.splitlines()]


def the(lines: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (line,) = [one for one in lines if one["event"].startswith(name)]
    return line


@pytest.mark.parametrize("kind", ["console", "as_json"])
def test_no_exception_brings_what_somebody_typed_into_the_log(
    kind: str, request: pytest.FixtureRequest
) -> None:
    output = request.getfixturevalue(kind)

    assert SECRET not in output
    assert "no child called" not in output
    for name in ("ours.true", "ours.as_value", "django.info", "celery.task", "ours.last"):
        assert name in output


def test_every_line_is_json_with_its_time_level_and_logger(lines: list[dict[str, Any]]) -> None:
    assert len(lines) == 15
    for line in lines:
        assert {"event", "level", "logger", "timestamp"} <= set(line)
        assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "name",
    ["ours.true", "ours.itself", "ours.method", "django.info", "django.exception", "celery.task"],
)
def test_an_exception_is_named_with_the_places_it_passed(
    lines: list[dict[str, Any]], name: str
) -> None:
    line = the(lines, name)

    assert line["error"] == "KeyError"
    assert line["at"][-1].endswith(" fail")
    assert line["at"][0].endswith(" event")


def test_an_exception_given_as_a_value_or_message_is_named_too(lines: list[dict[str, Any]]) -> None:
    assert the(lines, "ours.as_value")["reason"] == "KeyError"
    assert the(lines, "django.argument")["event"] == "django.argument KeyError 'KeyError'"
    assert "KeyError" in [line["event"] for line in lines]


def test_a_worker_tells_which_task_failed_and_nothing_of_its_arguments(
    lines: list[dict[str, Any]],
) -> None:
    assert the(lines, "celery.task")["event"] == "celery.task Task kernel.relay[17] raised: - - - -"


def test_what_libraries_attach_is_left_out_but_for_the_status(lines: list[dict[str, Any]]) -> None:
    line = the(lines, "django.extra")

    assert line["status_code"] == 500
    assert "request" not in line


def test_ids_and_codes_are_kept(lines: list[dict[str, Any]]) -> None:
    line = the(lines, "ours.plain")

    assert (line["queue"], line["count"], line["level"]) == ("notify", 3, "info")


@pytest.mark.parametrize("name", ["ours.context", "django.context"])
def test_every_line_of_a_request_carries_its_id(lines: list[dict[str, Any]], name: str) -> None:
    assert the(lines, name)["request_id"] == "f" * 32
