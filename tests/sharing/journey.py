"""A request as somebody types it, step by step, in a browser without scripts."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Desk
from sharing import queries
from sharing.models import Draft

if TYPE_CHECKING:  # the test client's answers have a name only for the type checker
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

CHILD = {"kind": "CHILD", "first_names": "Zebedee", "last_name": "O’Quill"}
FAMILY = {"told": "TOLD", "told_whom": "Mother", "consent": "NOT_RELIED_ON"} | {
    "told_on-day": "yesterday"
}
WHY = "Bruises seen at school"


def text_of(response: Response) -> str:
    return unescape(response.content.decode())


def purpose_id() -> str:
    purpose = queries.purposes(timezone.localdate()).first()
    assert purpose is not None
    return str(purpose.pk)


def reason(**changes: Any) -> dict[str, Any]:
    typed = {"purpose": purpose_id(), "categories": ["CONCERNS"], "tier": "USUAL", "why": WHY}
    return typed | changes


class Writing:
    """One draft in one browser."""

    def __init__(self, client: Client) -> None:
        self.client = client
        response = client.post(reverse("sharing:new_request"))
        assert response.status_code == 302, response.status_code
        self.draft_id = UUID(response["Location"].split("/")[3])

    @property
    def draft(self) -> Draft:
        return Draft.objects.get(pk=self.draft_id)

    def url(self, name: str, *more: Any) -> str:
        return reverse(f"sharing:{name}", args=[self.draft_id, *more])

    def get(self, name: str, *more: Any, **query: str) -> Response:
        return self.client.get(self.url(name, *more), query)

    def post(self, name: str, typed: dict[str, Any], *more: Any) -> Response:
        return self.client.post(self.url(name, *more), typed)

    def add(self, **typed: Any) -> str:
        """Somebody more; gives back the key under which the draft keeps them."""
        key = str(uuid4())
        response = self.post("add_person", {"key": key, **typed})
        assert response.status_code == 302, response.content.decode()
        return key

    def fill(self, *desks: Desk, urgency: str = "AMBER", why: str = WHY) -> Writing:
        """Everything but the people."""
        assert self.post("reason", reason(why=why)).status_code == 302
        assert self.post("family", FAMILY).status_code == 302
        chosen = {"desks": [str(desk.pk) for desk in desks], "urgency": urgency}
        assert self.post("desks", chosen).status_code == 302
        return self

    def send(self) -> Response:
        return self.post("check", {})


def send_request(client: Client, *desks: Desk, **changes: Any) -> UUID:
    """A whole request about one child; gives back its key."""
    writing = Writing(client)
    writing.add(**CHILD)
    response = writing.fill(*desks, **changes).send()
    assert response.status_code == 302, response.content.decode()
    return UUID(response["Location"].split("/")[2])
