"""A document is accessible, marked on every page, and made of nothing but the portal's own files."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO

import page
import pytest
from pypdf import PdfReader

from kernel import printing
from tests.pages.rendering import draw

LONG = (
    '{% extends "layouts/print.html" %}{% block title %}Answer to ISP-7Q3K-92M{% endblock %}'
    "{% block reference %}ISP-7Q3K-92M{% endblock %}"
    "{% block holder %}Copy of Siân O’Connor{% endblock %}"
    "{% block content %}{% for n in range(40) %}<h2>Item {{ n }}</h2>"
    "<table><tr><th scope='row'>Source</th><td>A <b>log</b></td></tr></table>"
    "<p class='portal-words'>{{ words }}</p>{% endfor %}{% endblock %}"
)


@pytest.fixture(scope="module")
def document() -> bytes:
    return printing.pdf(draw(LONG, screen=False, words="Said <script>at</script> school. " * 20))


def test_a_document_is_pdf_ua(document: bytes) -> None:
    report = page.validate_pdf_bytes(document, profile="ua1")

    assert report.is_compliant, [failure.message for failure in report.failures]
    assert report.rules.total > 100


def test_every_page_says_marking_reference_holder_and_its_number(document: bytes) -> None:
    texts = [one.extract_text() for one in PdfReader(BytesIO(document)).pages]

    assert len(texts) > 3
    for number, text in enumerate(texts, start=1):
        assert text.count("OFFICIAL-SENSITIVE") >= 2  # above and below
        assert "ISP-7Q3K-92M" in text
        assert "Copy of Siân O’Connor" in text
        assert f"Page {number} of {len(texts)}" in text


def test_what_people_wrote_is_text(document: bytes) -> None:
    first = PdfReader(BytesIO(document)).pages[0].extract_text()

    assert "<script>at</script>" in " ".join(first.split())


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/spy.png",
        "//example.org/spy.png",
        "file:///etc/hostname",
        "data:image/png;base64,AA==",
        "/static/../manage.py",
        "/static/%2e%2e/manage.py",
        "/static/vendor/missing.png",
        "/health/live",
    ],
)
def test_a_document_that_names_anything_else_is_not_made(address: str) -> None:
    html = f'<html lang="en"><title>x</title><img alt="x" src="{address}"></html>'

    with pytest.raises(printing.NotOurs) as refused:
        printing.pdf(html)

    assert address not in str(refused.value)


def test_a_document_without_its_style_sheet_is_not_made_unmarked() -> None:
    html = '<html lang="en"><title>x</title><link rel="stylesheet" href="/static/gone.css">x</html>'

    with pytest.raises(printing.NotOurs):
        printing.pdf(html)


def test_the_web_process_does_not_load_what_prints() -> None:
    program = (
        "import django, sys; django.setup(); import isp_portal.urls, isp_portal.wsgi;"
        "sys.exit('weasyprint' in sys.modules or 'PIL' in sys.modules or 'pikepdf' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
