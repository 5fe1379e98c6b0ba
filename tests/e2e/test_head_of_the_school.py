"""A journey: an allegation about the head of a school, at whose desk the head sits."""

from __future__ import annotations

import pytest

from agencies.models import Membership
from agencies.services.appointing import seat
from kernel.actors import Role
from kernel.tiers import Tier
from tests.e2e.steps import (
    NARROW,
    AtBrowser,
    Person,
    asks_desks,
    names_child,
    says_what_the_family_knows,
    says_why,
)
from tests.partnership import OPERATOR, Partnership, Player, add_agency, add_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCHOOL = "Marigold School"
DESK = f"{SCHOOL}, Information desk"


def school(name: str) -> tuple[Player, Player]:
    """The head, and a deputy beside the head at the school's desk."""
    agency, desk = add_agency(name)
    head = add_person(
        "Hilda Headley", agency, Role.DESK_MEMBER, Role.AGENCY_LEAD, tier=Tier.SENSITIVE
    )
    deputy = add_person("Dep Uty", agency, Role.DESK_MEMBER, tier=Tier.SENSITIVE)
    for one in (head, deputy):
        seat(Membership.objects.get(pk=one.membership_id), [desk.pk], actor=OPERATOR)
    return head, deputy


def test_the_head_of_the_school_learns_nothing_and_the_deputy_is_told_what_to_beware_of(
    at_browser: AtBrowser, partnership: Partnership
) -> None:
    head, deputy = school(SCHOOL)
    asker = at_browser(partnership.asker, NARROW)
    asks_about_the_head(asker)

    at_heads = at_browser(head)
    at_heads.opens("/desk/")
    at_heads.sees_no("Zebulon", "ISP-")

    at_school = at_browser(deputy, NARROW)
    at_school.opens("/desk/")
    at_school.follows("Zebulon O'Quillfeather")
    at_school.sees("Leave no messages on the landline", "Barnaby Quince", "Hilda Headley")
    at_school.sees("Protected: not shared")
    at_school.sees_no("Quicksilver")

    asker.follows("Follow this request")
    asker.follows("Release the protected address of Zebulon O'Quillfeather")
    asker.chooses("Who may read the address?", "Dep Uty")
    asker.types("Why do they need it?", "To walk him home")
    asker.presses("Release the address")
    asker.sees("To walk him home")
    at_school.page.reload()
    at_school.follows("Read the protected address that was released to you")
    at_school.sees("9 Quicksilver Lane")


def asks_about_the_head(asker: Person) -> None:
    asker.opens("/requests/")
    asker.presses("Ask for information")
    names_child(asker, "Zebulon", "O'Quillfeather")
    asker.types("Address", "9 Quicksilver Lane")
    asker.page.get_by_label("This address is protected").check()
    asker.presses("Save and say who is around them")
    says_who_is_near(asker)
    asker.follows("Unsafe contact, who must not get this, what to beware of")
    asker.types("Unsafe ways to reach them or the family", "Leave no messages on the landline")
    asker.types("Who outside the agencies must not get this information?", "Barnaby Quince")
    asker.presses("Save and continue")
    asker.presses("Continue")
    says_why(asker, "The head was said to have shaken him")
    says_what_the_family_knows(asker, "Grandmother Petronella")
    asks_desks(asker, [DESK])
    asker.follows("Change who must not learn of it")
    asker.types("Name of the person", "headley")
    asker.presses("Search")
    asker.chooses("Who is it?", "Hilda Headley")
    asker.presses("Keep this person from it")
    asker.follows("Continue without naming anybody else")
    asker.sees("Hilda Headley")
    asker.presses("Send request")


def says_who_is_near(asker: Person) -> None:
    asker.types("First names", "Petronella")
    asker.page.get_by_label("What are they to this person?").select_option("Grandparent")
    asker.chooses("Do they have parental responsibility?", "Yes")
    asker.presses("Save and continue")
    asker.sees("Petronella")
