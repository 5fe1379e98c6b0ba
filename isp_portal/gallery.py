"""Every component in its states, for those who build pages. Shown in demonstration mode only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from accounts.access import public
from kernel import forms
from kernel.clocks import LONDON
from kernel.listing import Listing
from kernel.presenting import Due, due
from kernel.tiers import Tier

NOW = datetime(2026, 11, 21, 15, 4, tzinfo=LONDON)
TYPED = {
    "name": "Siân O’Connor-Ng",
    "email": "sian@example",
    "why": "First line\n\n   an indented line, kept as typed\n<b>not bold</b>",
    "told": "NOT_TOLD",
    "told_on-day": "21",
    "told_on-month": "nov",
    "tiers": ["none", "2"],
    "born-day": "31",
    "born-month": "2",
    "born-year": "2019",
    "called_at-day": "21/11/2026",
    "nhs_number": "943 476 5918",
}


class Example(forms.ConditionalForm):
    """One field of each kind."""

    name = forms.Text("Full name", ask="Enter the full name", hint="As the family uses it")
    email = forms.Email("Email address", ask="Enter an email address")
    password = forms.Password("Password", ask="Enter your password")
    born = forms.DateOfBirth(ask="Enter the date of birth")
    nhs_number = forms.NHSNumber(required=False)
    told = forms.Radios(
        "Does the family know that you are asking?",
        ask="Select whether the family knows",
        choices=[
            forms.Choice("TOLD", "Yes, they were told", reveals=("told_on",)),
            forms.Choice("NOT_YET", "Not yet", "They will be told before you share"),
            forms.OR,
            forms.Choice("NOT_TOLD", "No, they will not be told", reveals=("told_why",)),
        ],
    )
    told_on = forms.Date("When were they told?", ask="Enter when they were told", past=True)
    told_why = forms.TextArea(
        "Why are they not told?",
        ask="Enter why the family is not told",
        called="Reason",
        max_length=500,
        count=True,
    )
    tiers = forms.Checkboxes(
        "What do you need?",
        ask="Select what you need",
        choices=[
            *(forms.Choice(tier.value, tier.label, tier.means) for tier in Tier),
            forms.OR,
            forms.Choice("none", "None of these", exclusive=True),
        ],
    )
    agency = forms.Select(
        "Agency",
        ask="Select an agency",
        choices=[("POLICE", "West Mercia Police"), ("HEALTH", "Worcestershire Health and Care")],
    )
    called_at = forms.Moment("When was the call?", ask="Enter when the call was", called="Call")
    at = forms.Time("Time of the visit", ask="Enter the time of the visit", required=False)
    urgent = forms.YesNo("Is it urgent?", ask="Select yes if it is urgent")
    protected = forms.Confirm("This address is protected", required=False)
    why = forms.TextArea("Why are you asking?", ask="Enter why you are asking")
    submission = forms.Submission()


class Narrow(forms.Form):
    """A filter of a list."""

    says_optional: ClassVar[bool] = False
    status = forms.Select(
        "Status", required=False, empty="All", choices=[("NEW", "New"), ("DONE", "Answered")]
    )
    desk = forms.Select(
        "Desk", required=False, empty="All", choices=[("MASH", "Family front door")]
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the example queue."""

    reference: str
    agency: str
    status: str
    kind: str
    due: Due


def _rows() -> tuple[Row, ...]:
    hours = [(-52, "New", "new"), (3, "Claimed", "claimed"), (30, "Answered", "done")]
    return tuple(
        Row(
            reference=f"ISP-7Q3K-9{number}M",
            agency="Worcestershire Acute Hospitals NHS Trust",
            status=status,
            kind=kind,
            due=due(NOW + timedelta(hours=left), NOW, NOW + timedelta(hours=left - 4)),
        )
        for number, (left, status, kind) in enumerate(hours)
    )


def _context() -> dict[str, Any]:
    return {
        "fresh": Example(initial={"born": date(2019, 2, 3), "called_at": NOW}, auto_id="fresh_%s"),
        "wrong": Example(TYPED, auto_id="wrong_%s"),
        "narrow": Narrow({"status": "NEW"}),
        "columns": [("Reference", ""), ("From", "agency"), ("Status", ""), ("Due", "due")],
        "listing": Listing(
            _rows(),
            total=10_000,
            page=7,
            pages=400,
            first=151,
            last=175,
            sort="due",
            query="page=7",
        ),
        "no_longer": due(NOW - timedelta(minutes=12), NOW),
        "now": NOW,
        "tiers": list(Tier),
    }


@public
@require_http_methods(["GET"])
def gallery(request: HttpRequest) -> HttpResponse:
    """All components on one page."""
    return render(request, "gallery.html", _context())


@public
@require_http_methods(["GET", "POST"])
def gallery_form(request: HttpRequest) -> HttpResponse:
    """A whole form page: press the button to see its errors. Nothing is kept."""
    form = Example(request.POST if request.method == "POST" else None)
    form.is_valid()
    return render(request, "gallery_form.html", {"form": form})


@public
@require_http_methods(["GET"])
def gallery_print(request: HttpRequest) -> HttpResponse:
    """A page for paper."""
    return render(request, "gallery_print.html", {"listing": _context()["listing"]})


urlpatterns = [
    path("gallery", gallery, name="gallery"),
    path("gallery/form", gallery_form, name="gallery_form"),
    path("gallery/print", gallery_print, name="gallery_print"),
]
