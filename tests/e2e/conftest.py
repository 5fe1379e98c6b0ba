"""Journeys in a real browser, against a real web server, worker, broker and mail server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from playwright.sync_api import Browser, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from tests.e2e import stack
from tests.e2e.stack import Postman
from tests.e2e.steps import WIDE, AtBrowser, Look, Person, fits
from tests.partnership import Player, partnership

__all__ = ["partnership"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, which calls nobody."""
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet += ["--disable-background-networking", "--disable-component-update"]
    quiet += ["--disable-dev-shm-usage", "--no-sandbox"]
    return {**browser_type_launch_args, "executable_path": os.environ["CHROMIUM"], "args": quiet}


@pytest.fixture(scope="session")
def _post_office() -> Iterator[tuple[int, Postman]]:
    controller, postman = stack.open_post_office()
    yield controller.server.sockets[0].getsockname()[1], postman  # type: ignore[union-attr]
    controller.stop()


@pytest.fixture(scope="session")
def _files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file store that web server and worker share."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="session")
def _worker(
    django_db_setup: None, live_server: LiveServer, _post_office: tuple[int, Postman], _files: Path
) -> Iterator[None]:
    broker = os.environ["REDIS_URL"]
    process = stack.start_worker(live_server.url, _post_office[0], broker, _files)
    yield
    stack.stop(process)


@pytest.fixture
def postman(_worker: None, _post_office: tuple[int, Postman]) -> Postman:
    """What the worker sends during this test."""
    postman = _post_office[1]
    postman.messages.clear()
    postman.raw.clear()
    return postman


@pytest.fixture
def portal(
    live_server: LiveServer,
    transactional_db: None,
    settings: LazySettings,
    _files: Path,
    _worker: None,
) -> str:
    """The address of the running portal."""
    settings.FILE_STORE = _files
    settings.BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    # The tests' server finds files by their own names, where gunicorn serves collected ones
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    return str(live_server.url)


@pytest.fixture
def accessible() -> Look:
    """Asserts WCAG 2.2 AA and best practice by axe, and no two links of one text to two places."""

    def check(page: Page) -> None:
        page.wait_for_load_state("load")
        page.get_by_role("contentinfo").wait_for()  # the footer is the last to arrive
        found = Axe().run(page, options=_LOOK_AT)
        problems = [
            f"{v['id']}: {n['html'][:200]}"
            for v in found.response["violations"]
            for n in v["nodes"]
        ]
        assert not problems, f"{page.url}\n" + "\n".join(problems)

    return check


@pytest.fixture
def screen() -> ViewportSize:
    """The screen of a journey; one that is told at several widths says so in its own module."""
    return WIDE


@pytest.fixture
def at_browser(
    browser: Browser, portal: str, accessible: Look, screen: ViewportSize
) -> Iterator[AtBrowser]:
    """People at their browsers. Each page must be accessible and fit the screen."""
    contexts = []

    def sit_down(player: Player, at: ViewportSize | None = None, *, scripts: bool = True) -> Person:
        context = browser.new_context(viewport=at or screen, java_script_enabled=scripts)
        context.set_default_timeout(20_000)
        contexts.append(context)
        # The accessibility rules are a script: without scripts only the width can be seen
        person = Person(context, portal, fits(accessible if scripts else _no_look))
        person.signs_in(player)
        return person

    yield sit_down
    for context in contexts:
        context.close()


def _no_look(page: Page) -> None:
    """Nothing to look with."""


_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Every rule runs; to describe in full what passed as well would take twice as long as running them
_LOOK_AT = {"runOnly": _RULES, "resultTypes": ["violations"]}
