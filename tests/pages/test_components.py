"""Components show what they are given, as text, and nothing that they should not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import jinja2
import pytest

from kernel.listing import Listing
from kernel.presenting import due
from kernel.tiers import Tier
from tests.pages.rendering import draw

NOW = datetime(2026, 11, 21, 15, 4, tzinfo=UTC)
IMPORT = '{% from "components/'


def test_a_name_that_is_missing_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(jinja2.UndefinedError):
        draw("{{ nobody }}")


def test_text_is_escaped() -> None:
    assert draw("{{ text }}", text="<b>O'Neill</b>") == "&lt;b&gt;O&#39;Neill&lt;/b&gt;"


def test_a_tag_says_in_words_what_its_colour_says() -> None:
    html = draw(IMPORT + 'tag.html" import tag %}{{ tag("Overdue", "overdue") }}')

    assert "govuk-tag--red" in html
    assert "Overdue" in html


def test_a_tag_of_an_unknown_kind_is_grey() -> None:
    assert "govuk-tag--grey" in draw(IMPORT + 'tag.html" import tag %}{{ tag("Odd", "odd") }}')


def test_a_tier_is_named() -> None:
    html = draw(IMPORT + 'tag.html" import tier_tag %}{{ tier_tag(tier) }}', tier=Tier.SENSITIVE)

    assert "Sensitive" in html


def test_a_limit_is_told_in_words_with_its_moment() -> None:
    late = due(NOW - timedelta(days=2), NOW)
    html = draw(IMPORT + 'due.html" import due_by %}{{ due_by(late) }}', late=late)

    assert "Overdue by 2 days" in html
    assert "19 November 2026 at 3:04pm" in html
    assert "portal-due--overdue" in html


def test_words_keep_their_lines_and_lose_their_markup() -> None:
    html = draw(IMPORT + 'words.html" import words %}{{ words(text) }}', text="one\n\n  two <b>")

    assert "one\n\n  two &lt;b&gt;</div>" in html


def test_a_sealed_item_shows_its_marks_words_and_source() -> None:
    html = draw(
        IMPORT
        + 'words.html" import sealed %}{% call sealed("Seen at home", source="GP") %}FACT{% endcall %}'
    )

    assert html.index("FACT") < html.index("Seen at home") < html.index("GP")


def test_a_withheld_marker_says_neither_what_nor_how_much() -> None:
    html = draw(IMPORT + 'words.html" import withheld %}{{ withheld() }}')

    assert "Withheld" in html
    assert "You do not have access to this information." in html
    assert not re.search(r"\d|item|categor", re.sub(r"<[^>]*>", "", html))


LISTING = Listing(
    ("a",), total=60, page=2, pages=3, first=26, last=50, sort="due", descending=True, query="q=1"
)
TABLE = (
    IMPORT
    + """table.html" import cell, head_cell, queue_table, table_row %}
{% call queue_table("Requests", [("Reference", ""), ("From", "agency"), ("Due", "due")], listing) %}
  {% call table_row(overdue=true) %}
    {% call head_cell() %}ISP-1{% endcall %}
    {% call cell("From") %}<{{ agency }}{% endcall %}
    {% call cell("Due") %}soon{% endcall %}
  {% endcall %}
{% endcall %}"""
)


def test_a_queue_names_its_columns_for_those_who_sort_and_for_phones() -> None:
    html = draw(TABLE, listing=LISTING, agency="O'Neill & Co")

    assert re.search(
        r'<th scope="col" aria-sort="descending">\s*<a[^>]*href="\?q=1&amp;sort=due"', html
    )
    assert re.search(r'<th scope="col">\s*<a[^>]*href="\?q=1&amp;sort=agency"', html)
    assert '<th scope="col">Reference</th>' in html
    assert '<th scope="row">ISP-1</th>' in html
    assert '<td data-label="From">' in html
    assert "O&#39;Neill &amp; Co" in html
    assert "portal-queue__row--overdue" in html


def test_page_links_go_both_ways_and_say_where_one_is() -> None:
    html = draw(
        IMPORT
        + 'listing.html" import pagination, results %}{{ results(x, "share", "shares") }}{{ pagination(x) }}',
        x=LISTING,
    )

    assert "Showing 26 to 50 of 60 shares" in html
    assert re.search(r'href="\?q=1&amp;page=1" rel="prev"', html)
    assert re.search(r'href="\?q=1&amp;page=3" rel="next"', html)
    assert re.search(r'href="\?q=1&amp;page=2"[^>]*aria-current="page"', html)


def test_a_list_of_one_page_has_no_page_links() -> None:
    one = Listing(("a",), total=1, page=1, pages=1, first=1, last=1)
    template = 'listing.html" import pagination, results %}{{ results(x, "share", "shares") }}{{ pagination(x) }}'

    html = draw(IMPORT + template, x=one)
    assert html.strip().endswith("</p>")
    assert "1 share" in html


def test_a_change_link_says_to_a_screen_reader_what_it_changes() -> None:
    html = draw(
        IMPORT + 'summary.html" import summary_row %}'
        '{% call summary_row("Name", change_url="/x") %}Siân{% endcall %}'
    )

    assert 'Change<span class="govuk-visually-hidden"> name</span>' in html


def test_a_message_is_text() -> None:
    html = draw(
        IMPORT + 'messages.html" import message_banners %}{{ message_banners(m) }}',
        m=[{"level_tag": "success", "message": "Sent <b>"}],
    )

    assert "Sent &lt;b&gt;" in html
    assert 'role="alert"' in html


def test_a_button_that_sends_is_not_pressed_twice() -> None:
    html = draw(
        IMPORT + 'buttons.html" import button, post_button %}{{ button("Plain") }}'
        '{{ post_button("Claim", "/claim", "TOKEN", fields={"version": 3}) }}'
    )

    assert html.count('data-prevent-double-click="true"') == 1
    assert re.search(r'<form method="post" action="/claim">\s*TOKEN', html)
    assert '<input type="hidden" name="version" value="3">' in html


def test_danger_says_999_and_out_of_hours() -> None:
    html = draw(IMPORT + 'danger.html" import danger %}{{ danger("Duty team", "01905 768020") }}')

    assert 'href="tel:999"' in html
    assert 'href="tel:01905768020">01905 768020</a>' in html
