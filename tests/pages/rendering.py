"""Draws a piece of template as a page would."""

from __future__ import annotations

from typing import Any

from django.template import engines

from isp_portal.templating import bare_context


def draw(template: str, **context: Any) -> str:
    """The text of a template that is written in the test."""
    return str(engines["jinja2"].from_string(template).render(bare_context() | context))
