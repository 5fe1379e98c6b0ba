"""The portal's main job, in a real browser: ask, answer, open, and what reaches nobody else."""

from __future__ import annotations

import pytest

from sharing.models import Receipt
from tests.e2e import dump
from tests.e2e.stack import Postman
from tests.e2e.steps import (
    AtBrowser,
    Person,
    asks_desks,
    names_child,
    says_what_the_family_knows,
    says_why,
)
from tests.partnership import Partnership

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POLICE = "County Police, Information desk"
CHARITY = "Little Steps, Information desk"
# Words that exist nowhere but in these journeys
PLANTED = ["Zebulon", "O'Quillfeather", "Wilhelmina", "gossamer", "Grandmother Petronella"]
PLANTED += ["haberdashery", "quicksilver", "Trelawney"]


def ask_about_two_siblings(asker: Person) -> None:
    asker.opens("/")
    asker.presses("Ask for information")
    names_child(asker, "Zebulon", "O'Quillfeather", born="3 Mar 2018")
    asker.presses("Save and add another person")
    names_child(asker, "Wilhelmina", "O'Quillfeather")
    asker.presses("Continue")
    says_why(asker, "They arrive with gossamer and no coat")
    says_what_the_family_knows(asker, "Grandmother Petronella")
    asks_desks(asker, [POLICE, CHARITY])
    asker.presses("Continue")
    asker.sees("Zebulon O'Quillfeather", "Wilhelmina O'Quillfeather", "gossamer")
    asker.presses("Send request")
    asker.sees("Request sent")


def police_share_in_part(police: Person) -> None:
    police.opens("/desk/")
    police.follows("Zebulon O'Quillfeather")
    police.sees("gossamer", "Grandmother Petronella")
    police.presses("Answer")
    police.chooses("What can you tell about Zebulon O'Quillfeather?", "We hold information")
    police.chooses("How much of it will you share?", "Part of it")
    police.presses("Save and continue")
    police.chooses("What kind of information is it?", "Reasons for concern")
    police.types("The information", "Officers saw haberdashery in the hall")
    police.chooses("How firm is it?", "Fact")
    police.types("Where does it come from?", "Log of Constable Trelawney")
    police.chooses("Who needs to know?", "Personal")
    police.chooses("May the family see this?", "Ask us first")
    police.presses("Save")
    police.presses("Continue")
    wilhelmina = "What can you tell about Wilhelmina O'Quillfeather?"
    police.chooses(wilhelmina, "Known to us, nothing relevant")
    police.presses("Save and continue")
    police.presses("Save and continue")
    police.presses("Send answer")
    police.sees("Nobody has opened it yet")


def charity_does_not_know_them(charity: Person) -> None:
    charity.opens("/desk/")
    charity.follows("Zebulon O'Quillfeather")
    charity.presses("Answer")
    charity.chooses("What can you tell about Zebulon O'Quillfeather?", "Not known to us")
    charity.types("What did you search, and how?", "Our list, by name: quicksilver")
    charity.page.get_by_label("This holds for all 2 people you are asked about").check()
    charity.presses("Save and continue")
    charity.presses("Send answer")


def test_two_siblings_two_desks_one_shares_in_part_one_does_not_know_them(
    at_browser: AtBrowser, partnership: Partnership, postman: Postman
) -> None:
    asker = at_browser(partnership.asker)
    ask_about_two_siblings(asker)
    postman.wait_for(partnership.decider.user.email)
    postman.wait_for(partnership.police_desk.mailbox)
    postman.wait_for(partnership.outsider.user.email)

    police = at_browser(partnership.decider)
    police_share_in_part(police)
    charity_does_not_know_them(at_browser(partnership.outsider))

    postman.wait_for(partnership.asker.user.email, 2)
    asker.follows("Follow this request")
    asker.follows(f"Read what {POLICE} answered")
    asker.sees("haberdashery", "Log of Constable Trelawney", "Ask us first")
    asker.opens("/requests/")
    asker.follows("ISP-")
    asker.follows(f"Read what {CHARITY} answered")
    asker.sees("Not known to us", "quicksilver")
    asker.sees_no("haberdashery")

    police.page.reload()
    police.sees("Asha Asker, Children First")
    assert Receipt.objects.filter(membership=partnership.asker.membership_id).count() == 4
    assert_nothing_leaked(postman)


def test_a_desk_refuses_with_its_ground_and_the_asker_reads_why(
    at_browser: AtBrowser, partnership: Partnership, postman: Postman
) -> None:
    asker = at_browser(partnership.asker)
    asker.opens("/")
    asker.presses("Ask for information")
    names_child(asker, "Zebulon", "O'Quillfeather")
    asker.presses("Continue")
    says_why(asker, "A worry about gossamer")
    says_what_the_family_knows(asker, "Grandmother Petronella")
    asks_desks(asker, [POLICE])
    asker.presses("Send request")

    police = at_browser(partnership.colleague)
    police.opens("/desk/")
    police.follows("Zebulon O'Quillfeather")
    police.presses("Claim: I will answer this")
    police.presses("Answer")
    police.chooses("What can you tell about Zebulon O'Quillfeather?", "We hold information")
    police.chooses("How much of it will you share?", "None of it")
    police.presses("Save and continue")
    police.chooses(
        "On what ground is it not shared?", "Sharing would be more detrimental to the child"
    )
    police.types("The reason in your own words", "It would lead them to the haberdashery")
    police.types(
        "Why would sharing be more detrimental to the child than not sharing?",
        "Trelawney would learn of it",
    )
    police.presses("Save and continue")
    police.presses("Send answer")

    postman.wait_for(partnership.asker.user.email)
    asker.follows("Follow this request")
    asker.sees("Not shared")
    asker.follows("Read what County Police, Information desk answered")
    asker.sees("Sharing would be more detrimental to the child", "haberdashery", "Trelawney")
    assert_nothing_leaked(postman)


def assert_nothing_leaked(postman: Postman) -> None:
    """Not one planted word in a message, in the database's dump or in the broker's."""
    places = {
        "mail": postman.everything(),
        "database": dump.of_database(),
        "broker": dump.of_broker(),
    }
    found = [(place, word) for place, text in places.items() for word in PLANTED if word in text]
    assert not found
