"""Help, privacy and accessibility: for everybody, signed in or not."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from retention.models import RetentionClass

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["help", "privacy", "accessibility"])
def test_a_stranger_may_read_each_of_them(client: Client, name: str) -> None:
    response = client.get(reverse(name))

    assert response.status_code == 200
    assert client.post(reverse(name)).status_code == 405


def test_help_begins_with_whom_to_ring(client: Client) -> None:
    text = client.get(reverse("help")).content.decode()

    assert text.index("tel:999") < text.index("<h1")
    assert "30 minutes without use, and 12 hours after" in " ".join(text.split())


def test_privacy_tells_the_periods_of_the_schedule_that_is_loaded(client: Client) -> None:
    text = client.get(reverse("privacy")).content.decode()

    for code in ("ACCOUNT", "STAFF", "SESSION", "AUDIT", "CASE_DATA"):
        row = RetentionClass.objects.get(code=code, valid_until=None)
        assert f"{row.period}, from: {row.trigger.lower()}" in text


def test_privacy_names_the_cookies_as_they_are_set(client: Client) -> None:
    text = client.get(reverse("privacy")).content.decode()

    assert f"<code>{settings.SESSION_COOKIE_NAME}</code>" in text
    assert f"<code>{settings.CSRF_COOKIE_NAME}</code>" in text
