"""Choices open their own questions, and answers to questions that were not asked are dropped."""

from __future__ import annotations

import re
from datetime import date

from django.http import QueryDict

from kernel import forms
from kernel.tiers import Tier


def error(form: forms.Form, name: str) -> str:
    return str(form.errors[name][0])


class Told(forms.ConditionalForm):
    told = forms.Radios(
        "Does the family know?",
        ask="Select whether the family knows",
        choices=[
            forms.Choice("TOLD", "Yes", hint="By you or a colleague", reveals=("told_on",)),
            forms.OR,
            forms.Choice("NOT_TOLD", "No", reveals=("why_not",)),
        ],
    )
    told_on = forms.Date("When?", ask="Enter when they were told", past=True, called="Date told")
    why_not = forms.TextArea("Why not?", ask="Enter why they are not told")
    ground = forms.Select("Ground", ask="Select a ground", choices=[("1", "One"), ("2", "Two")])
    other = forms.Text("Which?", ask="Enter which", required=False)
    required_when = {"ground": ("told", {"NOT_TOLD"}), "other": ("ground", {"2"})}


def test_the_question_that_an_answer_opens_must_be_answered() -> None:
    form = Told({"told": "NOT_TOLD"})

    assert [link.text for link in form.error_links] == [
        "Enter why they are not told",
        "Select a ground",
    ]


def test_questions_that_were_not_asked_are_not_missed_and_their_answers_dropped() -> None:
    typed = {
        "told": "TOLD",
        "told_on": "1/7/2026",
        "why_not": "left over",
        "ground": "9",
        "other": "x",
    }
    form = Told(typed)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["told_on"] == date(2026, 7, 1)
    assert form.cleaned_data["why_not"] == form.cleaned_data["other"] == ""
    assert form.cleaned_data["ground"] == ""


def test_a_dropped_answer_drops_what_depended_on_it() -> None:
    form = Told({"told": "TOLD", "told_on": "1/7/2026", "ground": "2", "other": "kept?"})

    assert form.is_valid()
    assert form.cleaned_data["other"] == ""


def test_without_the_first_answer_nothing_else_is_asked() -> None:
    assert [link.text for link in Told({}).error_links] == ["Select whether the family knows"]


def test_an_answer_dropped_from_the_record_still_stands_in_the_form() -> None:
    form = Told({"told": "TOLD", "why_not": "left over"})

    form.is_valid()
    assert "left over" in str(form["told"])


def test_revealed_fields_are_drawn_inside_their_choice() -> None:
    html = str(Told({"told": "NOT_TOLD"})["told"])

    assert 'id="id_told" name="told" type="radio" value="TOLD"' in html
    assert re.search(r'value="NOT_TOLD"\s+checked', html)
    assert html.index('value="NOT_TOLD"') < html.index('name="why_not"')
    assert 'class="govuk-radios__divider">or<' in html
    assert 'aria-describedby="id_told-item-hint"' in html


def test_an_error_of_a_group_is_tied_to_its_fieldset() -> None:
    html = str(Told({})["told"])

    assert re.search(r'<fieldset[^>]*aria-describedby="id_told-error"', html)
    assert 'id="id_told-error"' in html


def test_an_answer_that_was_not_offered_is_refused_in_plain_words() -> None:
    assert error(Told({"told": "HACK"}), "told") == "Select whether the family knows"


class Needs(forms.Form):
    tiers = forms.Checkboxes(
        "Which?",
        ask="Select at least one",
        choices=[*Tier.choices, forms.Choice("none", "None of these", exclusive=True)],
    )
    sure = forms.Confirm("I have checked the address", ask="Confirm that you checked the address")
    urgent = forms.YesNo("Urgent?", ask="Select yes if it is urgent")


def needs(*tiers: str, **more: str) -> Needs:
    data = QueryDict(mutable=True)
    data.setlist("tiers", list(tiers))
    data.update(more)
    return Needs(data)


def test_several_answers_are_kept_in_order() -> None:
    form = needs("1", "3", sure="yes", urgent="no")

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"tiers": ["1", "3"], "sure": True, "urgent": False}


def test_none_of_these_stands_alone() -> None:
    form = needs("1", "none")

    assert error(form, "tiers") == "Select “None of these” or other answers, not both"
    assert 'data-behaviour="exclusive"' in str(form["tiers"])
    assert str(form["tiers"]).count("checked") == 2


def test_what_was_not_ticked_asks_in_its_own_words() -> None:
    assert [link.text for link in needs().error_links] == [
        "Select at least one",
        "Confirm that you checked the address",
        "Select yes if it is urgent",
    ]
    assert [link.href for link in needs().error_links] == ["#id_tiers", "#id_sure", "#id_urgent"]


def test_choices_can_be_given_when_the_form_is_made() -> None:
    form = Needs()
    form.fields["tiers"].choices = [forms.Choice("desk", "Family front door", hint="Open now")]  # type: ignore[attr-defined]

    html = str(form["tiers"])
    assert "Family front door" in html
    assert "Anonymised" not in html
    assert "Anonymised" in str(Needs()["tiers"])


def test_stored_answers_are_chosen_when_the_form_opens() -> None:
    form = Needs(initial={"tiers": [Tier.PERSONAL], "sure": True, "urgent": False})

    assert re.search(r'value="2"\s+checked', str(form["tiers"]))
    assert re.search(r'value="yes"\s+checked', str(form["sure"]))
    assert re.search(r'value="no"\s+checked', str(form["urgent"]))


def test_a_label_that_is_markup_is_shown_as_text() -> None:
    class Odd(forms.Form):
        pick = forms.Radios("<b>?</b>", ask="Select", choices=[("a", "<i>A</i>")], hint="<u>")

    html = str(Odd()["pick"])
    assert not {"<b>", "<i>", "<u>"} & set(re.findall(r"<\w>", html))


def test_a_question_can_be_the_heading_of_its_page() -> None:
    class One(forms.Form):
        who = forms.Text("Who is it about?", ask="Enter who it is about", heading=True)

    assert One().first_is_heading
    assert re.search(
        r"<h1 class=\"govuk-label-wrapper\">\s*<label class=\"govuk-label", str(One()["who"])
    )


def test_lines_typed_into_a_revealed_field_come_back_as_typed() -> None:
    html = str(Told({"told": "NOT_TOLD", "why_not": "one\ntwo\n   three"})["told"])

    assert ">one\ntwo\n   three</textarea>" in html
