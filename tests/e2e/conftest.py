"""Journeys in a real browser, against a real web server, worker, broker and mail server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.e2e import stack
from tests.e2e.stack import Postman
from tests.partnership import partnership

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
def _worker(
    django_db_setup: None, live_server: LiveServer, _post_office: tuple[int, Postman]
) -> Iterator[None]:
    process = stack.start_worker(live_server.url, _post_office[0], os.environ["REDIS_URL"])
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
def portal(live_server: LiveServer, transactional_db: None, settings: LazySettings) -> str:
    """The address of the running portal."""
    settings.BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    # The tests' server finds files by their own names, where gunicorn serves collected ones
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    return str(live_server.url)


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Asserts WCAG 2.2 AA and best practice by axe, and no two links of one text to two places."""

    def check(page: Page) -> None:
        page.wait_for_load_state("load")
        page.get_by_role("contentinfo").wait_for()  # the footer is the last to arrive
        found = Axe().run(page, options={"runOnly": _RULES})
        problems = [
            f"{v['id']}: {n['html'][:200]}"
            for v in found.response["violations"]
            for n in v["nodes"]
        ]
        assert not problems, f"{page.url}\n" + "\n".join(problems)

    return check


_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
