"""Pages as PDF/UA, for paper and for other systems' records (design 119).

What a page says is drawn by a template over `layouts/print.html`, from the same presenter as the
page on the screen: there is no second place that decides what somebody sees.
"""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string

# No name of ours or anybody's: whatever is fetched comes from our own static files
_BASE = "https://portal.invalid"


class NotOurs(Exception):
    """A document named a file that is not among the portal's static files."""


def drawn(template: str, **context: Any) -> str:
    """The HTML of a document, made by a worker: nobody's browser and nobody's session is needed."""
    about_us = {
        "partnership_name": settings.PARTNERSHIP_NAME,
        "is_demonstration": settings.DEMO,
        "screen": False,
    }
    return render_to_string(template, about_us | context)


def pdf(html: str) -> bytes:
    """The document as PDF/UA-1. It takes seconds: for workers, never in a web request.

    Raises NotOurs rather than leave out the style sheet that puts the marking on every page.
    """
    import weasyprint  # noqa: PLC0415 - takes a second and 60 MB, which the web process must not pay
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415

    document = weasyprint.HTML(string=html, base_url=_BASE, url_fetcher=_fetcher())
    try:
        made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError:
        raise NotOurs from None  # the address may hold somebody's words
    return made


@cache
def _fetcher() -> Any:
    from weasyprint import urls  # noqa: PLC0415

    class OurStaticFiles(urls.URLFetcher):  # type: ignore[misc]  # untyped
        """Opens our own static files, and nothing from a network or a disk beside them."""

        def fetch(self, url: str, headers: object = None) -> Any:
            path = _static_file(url)
            if path is None:
                raise NotOurs
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return urls.URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    # WeasyPrint would go on without what it could not have.
    return OurStaticFiles(fail_on_errors=True)


def _static_file(url: str) -> Path | None:
    """Where one of our static files lies; None for every other address."""
    address = urlsplit(url)
    root = f"{_BASE}{settings.STATIC_URL}"
    if not url.startswith(root) or address.query:
        return None
    name = unquote(url.removeprefix(root))
    try:
        if staticfiles_storage.exists(name):
            return Path(staticfiles_storage.path(name))
        found = finders.find(name)
    except SuspiciousFileOperation:
        return None
    return Path(found) if found else None
