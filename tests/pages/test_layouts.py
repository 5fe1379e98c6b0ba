"""Every page has the same frame: who one is, what to do in danger, and what went wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import RequestFactory

from isp_portal import errors
from isp_portal.navigation import Link, SignedIn
from kernel import forms
from tests.pages.rendering import draw

PAGE = (
    '{% extends "layouts/page.html" %}{% block title %}Your requests{% endblock %}'
    "{% block content %}CONTENT{% endblock %}"
)
FORM = (
    '{% extends "layouts/form.html" %}{% block title %}Decline{% endblock %}'
    "{% block submit_text %}Decline request{% endblock %}"
)


class Decline(forms.ConditionalForm):
    ground = forms.Radios(
        "Ground", ask="Select a ground", choices=[forms.Choice("O", "Other", reveals=("why",))]
    )
    why = forms.Text("Why?", ask="Enter why")
    submission = forms.Submission()


def test_a_page_is_in_british_english_and_titled() -> None:
    html = draw(PAGE)

    assert '<html lang="en-GB"' in html
    assert "<title>Your requests – Information Sharing Portal</title>" in html
    assert re.search(r"<h1[^>]*>Your requests</h1>", html)
    assert '<a href="#main-content" class="govuk-skip-link"' in html


@pytest.mark.parametrize(("demonstration", "shown"), [(True, True), (False, False)])
def test_a_demonstration_says_so_on_every_page(demonstration: bool, shown: bool) -> None:
    html = draw(PAGE, is_demonstration=demonstration)

    assert ("Demonstration: invented people only" in html) is shown


def test_the_header_says_who_acts_for_whom_and_signs_out_by_post() -> None:
    html = draw(
        PAGE,
        signed_in=SignedIn("Siân O’Connor", "West Mercia Police", "/choose", "/sign-out"),
        navigation=[Link("Home", "/", current=True)],
        csrf_input="TOKEN",
    )

    assert "Siân O’Connor" in html
    assert "West Mercia Police" in html
    assert 'href="/choose">Change<span class="govuk-visually-hidden"> the agency' in html
    assert re.search(r'<form method="post" action="/sign-out">\s*TOKEN', html)
    assert re.search(r'href="/"\s+aria-current="true"', html)


def test_somebody_who_has_not_signed_in_has_no_sign_out() -> None:
    assert "Sign out" not in draw(PAGE)


def test_nothing_in_a_page_needs_an_inline_script_or_style() -> None:
    html = draw(FORM, form=Decline({}))

    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\son\w+=|\sstyle=|<style", html)


def test_danger_stands_before_every_form() -> None:
    html = draw(FORM, form=Decline())

    assert html.index("immediate danger call") < html.index('<form method="post"')


def test_a_form_carries_its_token_its_mark_and_its_own_button() -> None:
    html = draw(FORM, form=Decline(), csrf_input="TOKEN")

    assert "TOKEN" in html
    assert 'type="hidden" name="submission"' in html
    assert re.search(r'data-prevent-double-click="true"[^>]*>\s*Decline request', html)


def test_a_revealed_field_is_drawn_once() -> None:
    assert draw(FORM, form=Decline()).count('name="why"') == 1


def test_an_error_is_told_in_the_title_and_in_a_summary_that_takes_the_focus() -> None:
    html = draw(FORM, form=Decline({}))

    assert "<title>Error: Decline" in html
    assert re.search(r'class="govuk-error-summary"\s+tabindex="-1"\s+autofocus', html)
    assert '<a href="#id_ground">Select a ground</a>' in html
    assert "Enter why" not in html


def test_a_form_without_errors_has_no_summary() -> None:
    html = draw(FORM, form=Decline())

    assert "Error:" not in html
    assert "govuk-error-summary" not in html


def test_a_printed_page_says_its_marking_reference_and_holder() -> None:
    html = draw(
        '{% extends "layouts/print.html" %}{% block title %}Minutes{% endblock %}'
        "{% block reference %}ISP-7Q3K-92M{% endblock %}{% block holder %}Copy of A Khan{% endblock %}"
    )

    for said in ("OFFICIAL-SENSITIVE", "ISP-7Q3K-92M", "Copy of A Khan", "<h1>Minutes</h1>"):
        assert said in html


# Errors


def request_with_id() -> HttpRequest:
    request = RequestFactory().get("/x")
    request.request_id = "0f3c9a"  # type: ignore[attr-defined]
    return request


def test_a_crash_page_needs_nothing_that_may_have_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isp_portal.templating.page_context", None)
    response = errors.server_error(request_with_id())

    assert response.status_code == 500
    assert b"0f3c9a" in response.content
    assert b"share by telephone now" in response.content
    assert response["Cache-Control"] == "no-store, private"


def test_a_stale_form_says_what_to_do_and_not_what_the_check_found() -> None:
    response = errors.csrf_failure(request_with_id(), reason="CSRF cookie not set.")

    assert response.status_code == 403
    assert b"load the page again" in response.content
    assert b"CSRF" not in response.content


ERROR_PAGES = sorted(
    path.stem for path in Path(settings.BASE_DIR, "templates/errors").glob("*.html")
)


@pytest.mark.parametrize("name", [name for name in ERROR_PAGES if name != "layout"])
def test_each_error_page_draws_from_settings_alone(name: str) -> None:
    html = draw(f'{{% extends "errors/{name}.html" %}}')

    assert re.search(r"<h1[^>]*>[A-Z]", html)
    assert "immediate danger call" in html


def test_a_refusal_gives_its_reason_as_text() -> None:
    html = draw('{% extends "errors/403.html" %}', reason="Only <desk> members can answer")

    assert "Only &lt;desk&gt; members can answer" in html
