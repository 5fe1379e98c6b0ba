"""Each request has an id of our own making, and leaves nothing in anybody's cache."""

from __future__ import annotations

import re

import structlog
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from kernel.middleware import PrivateCacheMiddleware, RequestIdMiddleware


def test_each_request_has_an_id_that_logs_and_answer_carry() -> None:
    seen: list[object] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(structlog.contextvars.get_contextvars()["request_id"])
        return HttpResponse()

    answers = [RequestIdMiddleware(view)(RequestFactory().get("/")) for _ in range(2)]

    ids = [answer["X-Request-ID"] for answer in answers]
    assert ids == seen
    assert len(set(ids)) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in ids)


def test_an_id_from_outside_is_not_taken_over() -> None:
    """It would let a stranger write into our logs and audit."""
    request = RequestFactory().get("/", headers={"X-Request-ID": "Aaliyah"})

    answer = RequestIdMiddleware(lambda _: HttpResponse())(request)

    assert answer["X-Request-ID"] != "Aaliyah"


def test_one_request_leaves_nothing_to_the_next() -> None:
    structlog.contextvars.bind_contextvars(left_over="x")

    RequestIdMiddleware(lambda _: HttpResponse())(RequestFactory().get("/"))

    assert "left_over" not in structlog.contextvars.get_contextvars()
    structlog.contextvars.clear_contextvars()


def test_no_page_is_kept_by_a_browser_or_a_proxy() -> None:
    answer = PrivateCacheMiddleware(lambda _: HttpResponse())(RequestFactory().get("/"))

    assert answer["Cache-Control"] == "no-store, private"


def test_what_says_otherwise_itself_is_left_so() -> None:
    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "max-age=3600, public"})

    answer = PrivateCacheMiddleware(view)(RequestFactory().get("/"))

    assert answer["Cache-Control"] == "max-age=3600, public"
