"""A refusal ends as 403 or 409 and stays on record, though the refused work was rolled back."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from audit import middleware
from audit.middleware import RefusalMiddleware
from audit.models import AuditEvent
from kernel.actors import Actor
from kernel.decisions import WRONG_STATE, Denied, deny
from kernel.ids import new_id

ACTOR = Actor(user_id=new_id(), membership_id=new_id(), agency_id=new_id())
REASON = "Only the agency that was asked can answer"


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Which template the page would be made of, and with what."""
    calls: list[Any] = []

    def render(request: HttpRequest, template: str, context: Any, status: int) -> HttpResponse:
        calls.append((template, context))
        return HttpResponse(context["reason"], status=status)

    monkeypatch.setattr(middleware, "render", render)
    return calls


def a_request(*, actor: Actor | None = ACTOR) -> HttpRequest:
    request = RequestFactory().post("/requests/1/answer")
    if actor is not None:
        request.actor = actor  # type: ignore[attr-defined]
    request.resolver_match = ResolverMatch(
        lambda: None, (), {}, url_name="answer", namespaces=["sharing"], route="requests/1/answer"
    )
    return request


def refuse(request: HttpRequest, error: Exception) -> HttpResponse | None:
    return RefusalMiddleware(lambda _: HttpResponse()).process_exception(request, error)


@pytest.mark.parametrize(("code", "status"), [("not_holder", 403), (WRONG_STATE, 409)])
def test_a_refusal_says_why_and_is_recorded(
    db: None, rendered: list[Any], code: str, status: int
) -> None:
    response = refuse(a_request(), Denied(deny(code, REASON)))

    assert response is not None
    assert response.status_code == status
    assert rendered == [(f"errors/{status}.html", {"reason": REASON})]
    event = AuditEvent.objects.get()
    assert (event.event, event.membership_id) == ("audit.refused", ACTOR.membership_id)
    assert event.facts == {"code": code, "view": "sharing:answer"}


def test_a_refusal_of_somebody_who_acts_for_nobody_is_recorded_too(
    db: None, rendered: list[Any]
) -> None:
    refuse(a_request(actor=None), Denied(deny("not_signed_in", REASON)))

    assert AuditEvent.objects.get().user_id is None


def test_any_other_error_is_left_to_the_error_page(db: None, rendered: list[Any]) -> None:
    assert refuse(a_request(), ValueError("broken")) is None
    assert not AuditEvent.objects.exists()
