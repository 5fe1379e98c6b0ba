"""Sending one notice to one address. What it says is a reference and a link, never a name or a case.

A message keeps its Message-ID when it is sent again, so that a repeat is recognised as one.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse


def send(
    *, to: str, subject: str, template: str, context: dict[str, Any], message_id: UUID
) -> None:
    """Send `email/TEMPLATE.txt` and `.html` to exactly one address."""
    if "," in to or ";" in to or to.count("@") != 1:
        raise ValueError("a notice goes to exactly one address")
    context = {"partnership": settings.PARTNERSHIP_NAME, **context}
    host = urlsplit(settings.BASE_URL).hostname
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"email/{template}.txt", context),
        to=[to],
        headers={
            "Message-ID": f"<{message_id}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"email/{template}.html", context), "text/html")
    message.send()


def link(view: str, *args: object) -> str:
    """A full address of one of the portal's pages."""
    base: str = settings.BASE_URL
    return base.rstrip("/") + reverse(view, args=args)
