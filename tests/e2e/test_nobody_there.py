"""A desk says when it is closed and who takes over; work moves on to whoever is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.actors import Role
from kernel.tiers import Tier
from sharing.models import Ask
from tests.asks import NAME
from tests.e2e.steps import (
    NARROW,
    AtBrowser,
    Person,
    names_child,
    says_what_the_family_knows,
    says_why,
)
from tests.partnership import Partnership, add_agency, add_desk, add_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POLICE = "County Police, Information desk"
FALLBACK = "Night County, Emergency duty team"


def in_days(days: int) -> str:
    return f"{timezone.localdate() + timedelta(days=days):%d/%m/%Y}"


def says_when_the_desk_is_closed(lead: Person, partnership: Partnership) -> None:
    """Next Monday, and who takes over then."""
    lead.opens(f"/agencies/{partnership.police.pk}/")
    lead.follows("Closed days, and who takes over")
    lead.sees("No other desk takes over", "No closed days to come")
    lead.presses("Change who takes over")
    lead.chooses("Is somebody there day and night, every day of the year?", "Yes")
    lead.chooses("When in the year is somebody there?", "All year")
    lead.page.get_by_label("Which desk takes over where nobody is?").select_option(FALLBACK)
    lead.presses("Save")
    lead.sees(f"{FALLBACK} takes over")
    lead.presses("Add closed days or a term")
    lead.chooses("What are these days?", "Closed")
    lead.types("What to call them", "Training day")
    monday = in_days(7 - timezone.localdate().weekday())
    lead.types_day("First day", monday)
    lead.presses("Add")
    lead.sees("Enter the last day")
    lead.types_day("Last day", monday)
    lead.presses("Add")
    lead.sees("Training day", "Closed")


def asks_at_once(asker: Person) -> None:
    """Somebody who fears for a child is told whom to ring, before and after sending."""
    asker.opens("/requests/")
    asker.presses("Ask for information")
    names_child(asker, NAME, "O'Quill")
    asker.presses("Continue")
    says_why(asker, "Bruises on both arms")
    says_what_the_family_knows(asker, "His mother")
    asker.chooses("Which desks do you ask?", POLICE)
    asker.chooses("How soon do you need an answer?", "Now: a child may be suffering, or be about to suffer, significant harm")  # fmt: skip
    asker.presses("Continue")
    asker.sees("Ring them as well: 01905 000000", f"If nobody is there, {FALLBACK} takes over")
    asker.presses("Send request")
    asker.follows("Follow this request")
    asker.sees("ring each desk that has not answered", "Ring them", "01905 000000", FALLBACK)


def is_handed_on_and_away(giver: Person, taker: Person) -> None:
    """To a colleague, who then says that they are away."""
    giver.opens("/desk/")
    giver.follows(NAME)
    giver.presses("Give it to a colleague")
    giver.presses("Give it to them")
    giver.sees("Select who is to answer it")
    giver.chooses("Who is to answer it?", "Col League")
    giver.presses("Give it to them")

    taker.opens("/desk/")
    taker.sees("by you")
    taker.follows("Say when you are away")
    taker.types_day("First day", "today")
    taker.types_day("Last day", in_days(3))
    taker.page.get_by_label("Who stands in?").select_option("Dee Cider")
    taker.presses("Save")
    taker.sees("Away now", "Dee Cider")

    giver.opens("/desk/")
    giver.sees("by Col League", "Dee Cider stands in")


def test_a_desk_is_closed_next_monday_and_what_is_urgent_finds_whoever_is_there(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    county, _ = add_agency("Night County")
    duty = add_desk(county, "Emergency duty team", always=True, mailbox="edt@county.example")
    add_person("Eddie Tee", county, Role.DESK_MEMBER, desk=duty, tier=Tier.SENSITIVE)
    says_when_the_desk_is_closed(at_browser(partnership.lead, NARROW), partnership)

    asker = at_browser(partnership.asker, NARROW)
    asks_at_once(asker)
    is_handed_on_and_away(at_browser(partnership.decider), at_browser(partnership.colleague))

    asker.opens(f"/requests/{Ask.objects.get().request_id}/")
    asker.sees("Whoever took it on is away until", "Dee Cider stands in")
