"""Every page about agencies: who gets it, what it costs, and what happens to what was typed."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies import tokens
from agencies.middleware import ACTING
from agencies.models import Agency, Desk, Invitation, Membership
from audit.models import AuditEvent
from kernel.actors import Role
from kernel.attestation import SIGNATURE
from kernel.models import OutboxMessage
from kernel.tiers import Tier
from tests.agencies.conftest import in_days, membership_of
from tests.partnership import ClientFor, Partnership, Player, add_person

PEOPLE = ["asker", "decider", "lead", "outsider", "coordinator"]
EVERYBODY = dict.fromkeys(PEOPLE, 200)


def only(**codes: int) -> dict[str, int]:
    """403 for all but those named."""
    return dict.fromkeys(PEOPLE, 403) | codes


# Which page, about what, and what each person gets: unseen is 404, seen but refused 403
GETS = {
    "directory": EVERYBODY,
    "agency police": EVERYBODY,
    "add_agency": only(coordinator=200),
    "edit_agency police": only(coordinator=200),
    "add_desk police": only(lead=200, coordinator=200),
    "edit_desk police_desk": only(lead=200, coordinator=200),
    "people police": only(lead=200, coordinator=200),
    "invite police": only(lead=200, coordinator=200),
    "member decider": only(asker=404, outsider=404, coordinator=404, decider=200, lead=200),
    "roles decider": only(asker=404, outsider=404, coordinator=404, lead=200),
    "authorise decider": only(asker=404, outsider=404, coordinator=404, lead=200),
    "end decider": only(asker=404, outsider=404, coordinator=404, lead=200),
    "member lead": only(asker=404, decider=404, outsider=404, lead=200, coordinator=200),
    "authorise lead": only(asker=404, decider=404, outsider=404, coordinator=200),
}
POSTS = {
    "cancel_invitation invitation": only(
        asker=404, decider=404, outsider=404, coordinator=404, lead=302
    ),
    "send_again invitation": only(asker=404, decider=404, outsider=404, coordinator=404, lead=302),
    "end decider": only(asker=404, outsider=404, coordinator=404, lead=302),
}


def address(where: str, partnership: Partnership) -> str:
    name, _, about = where.partition(" ")
    if not about:
        return reverse(f"agencies:{name}")
    target = getattr(partnership, about)
    pk = target.membership_id if isinstance(target, Player) else target.pk
    return reverse(f"agencies:{name}", args=[pk])


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


@pytest.mark.parametrize("where", GETS)
def test_each_page_opens_to_whom_the_table_says(
    partnership: Partnership, client_for: ClientFor, where: str
) -> None:
    url = address(where, partnership)
    codes = {who: client_for(getattr(partnership, who)).get(url).status_code for who in PEOPLE}

    assert codes == GETS[where]


@pytest.mark.parametrize("where", POSTS)
@pytest.mark.parametrize("who", PEOPLE)
def test_each_move_is_made_by_whom_the_table_says(
    partnership: Partnership, invitation: Invitation, client_for: ClientFor, where: str, who: str
) -> None:
    partnership.invitation = invitation
    changes = AuditEvent.objects.filter(event__startswith="agencies.").count()

    response = client_for(getattr(partnership, who)).post(address(where, partnership))

    assert response.status_code == POSTS[where][who]
    made = AuditEvent.objects.filter(event__startswith="agencies.").count() - changes
    assert bool(made) is (response.status_code == 302)


def test_nobody_sees_a_page_without_signing_in(partnership: Partnership) -> None:
    for where in [*GETS, "choose", "no_agency"]:
        response = Client().get(address(where, partnership))

        assert response.status_code == 302
        assert response["Location"].startswith("/account/sign-in/")


INVITE = {
    "email": "new.person@police.example",
    "job_title": "Officer",
    "roles": ["PRACTITIONER"],
    "tier": "USUAL",
    "reason": "Works with O’Neill’s team",
    "until_on-day": "",
    "until_on-month": "",
    "until_on-year": "",
}


def until(days: int) -> dict[str, str]:
    day = in_days(days)
    return {
        "until_on-day": str(day.day),
        "until_on-month": str(day.month),
        "until_on-year": str(day.year),
    }


@pytest.mark.parametrize(
    ("roles", "tier", "offered"),
    [
        (["PRACTITIONER"], "USUAL", Tier.PERSONAL),
        (["DPO"], "USUAL", Tier.PERSONAL),
        (["PRACTITIONER", "DESK_MEMBER"], "USUAL", Tier.SENSITIVE),
        (["AGENCY_LEAD"], "USUAL", Tier.SENSITIVE),
        (["AGENCY_LEAD"], "1", Tier.ANONYMISED),
        (["PRACTITIONER"], "3", Tier.SENSITIVE),
    ],
)
def test_an_invitation_proposes_the_usual_tier_and_may_say_another(
    partnership: Partnership,
    client_for: ClientFor,
    roles: list[str],
    tier: str,
    offered: Tier,
) -> None:
    answers = INVITE | until(100) | {"roles": roles, "tier": tier}
    answers["desk_ids"] = [str(partnership.police_desk.pk)]

    response = client_for(partnership.lead).post(address("invite police", partnership), answers)

    invitation = Invitation.objects.get()
    assert response.status_code == 302
    assert (invitation.tier, invitation.reason) == (offered, INVITE["reason"])
    assert invitation.desk_ids == ([partnership.police_desk.pk] if "DESK_MEMBER" in roles else [])
    assert OutboxMessage.objects.filter(topic="agencies.invitation").count() == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"email": "nobody"}, "Enter an email address in the correct format"),
        ({"roles": []}, "Select at least one role"),
        ({"roles": ["DESK_MEMBER"], "desk_ids": []}, "Select at least one desk"),
        ({"reason": " "}, "Enter why their work needs it"),
        (until(400), "must be on or before"),
        (until(-1), "must be today or in the future"),
        ({"tier": ""}, "Select what this person may read"),
        ({"roles": ["COORDINATOR"]}, "Select at least one role"),
    ],
)
def test_a_wrong_answer_says_what_to_do_and_keeps_what_was_typed(
    partnership: Partnership, client_for: ClientFor, wrong: dict[str, Any], error: str
) -> None:
    answers = INVITE | until(100) | wrong

    response = client_for(partnership.lead).post(address("invite police", partnership), answers)

    page = text_of(response)
    assert response.status_code == 200
    assert error in page
    assert answers["email"] in page
    assert answers["reason"].strip() in page
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("who", "email", "error"),
    [
        ("lead", "decider", "already belongs to the agency"),
        ("lead", "lead", "cannot authorise yourself"),
        ("coordinator", "coordinator", "cannot authorise yourself"),
    ],
)
def test_whom_one_cannot_invite_is_said_at_the_address(
    partnership: Partnership, client_for: ClientFor, who: str, email: str, error: str
) -> None:
    answers = INVITE | until(100) | {"email": getattr(partnership, email).user.email}

    response = client_for(getattr(partnership, who)).post(
        address("invite police", partnership), answers
    )

    assert error in text_of(response)


def test_the_coordinator_invites_leads_only(
    partnership: Partnership, client_for: ClientFor
) -> None:
    response = client_for(partnership.coordinator).post(
        address("invite police", partnership), INVITE | until(100)
    )

    assert "A coordinator invites leads" in text_of(response)
    assert not Invitation.objects.exists()


def test_a_new_person_joins_by_the_link_and_then_signs_in(invitation: Invitation) -> None:
    visitor = Client()
    link = reverse("agencies:join", args=[tokens.make(invitation)])

    offer = text_of(visitor.get(link))
    answers = {"full_name": "Björk", "password": "otter violin marmalade"}
    response = visitor.post(link, answers)

    assert all(word in offer for word in (invitation.agency.name, "Practitioner", "Personal"))
    assert response["Location"] == reverse("accounts:sign_in")
    assert Membership.objects.get(user__email=invitation.email).user.full_name == "Björk"
    assert visitor.get(link).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"full_name": ""}, "Enter your name"),
        ({"password": "short"}, "Make your password longer"),
        ({"password": "Wilhelmina Featherstone"}, "do not come from your name"),
    ],
)
def test_joining_needs_a_name_and_a_good_password(
    invitation: Invitation, wrong: dict[str, str], error: str
) -> None:
    answers = {"full_name": "Wilhelmina Featherstone", "password": "otter violin marmalade"}
    link = reverse("agencies:join", args=[tokens.make(invitation)])

    response = Client().post(link, answers | wrong)

    page = text_of(response)
    assert error in page
    assert (answers | wrong)["full_name"] in page
    assert (answers | wrong)["password"] not in page.replace("Wilhelmina Featherstone", "", 1)
    assert not Membership.objects.filter(user__email=invitation.email).exists()


def test_a_link_of_nobodys_making_opens_nothing(invitation: Invitation) -> None:
    response = Client().get(reverse("agencies:join", args=["made~up"]))

    assert response.status_code == 409
    assert invitation.agency.name not in text_of(response)


def test_somebody_with_an_account_signs_in_and_then_joins(
    partnership: Partnership, invitation: Invitation, client_for: ClientFor
) -> None:
    guest = add_person("Guest", partnership.charity, Role.PRACTITIONER)
    guest.user.email = invitation.email
    guest.user.attest().save(update_fields=["email", *SIGNATURE])
    code = tokens.make(invitation)
    confirm = reverse("agencies:confirm", args=[code])

    first = text_of(Client().get(reverse("agencies:join", args=[code])))
    assert confirm in first
    assert "Your name" not in first
    assert Client().get(confirm).status_code == 302

    client = client_for(guest)
    assert client.get(confirm).status_code == 200
    assert client.post(confirm).status_code == 302
    joined = Membership.objects.get(user=guest.user, agency=partnership.police)
    assert client.session[ACTING] == str(joined.pk)


def test_somebody_else_who_opens_the_link_is_told_so(
    partnership: Partnership, invitation: Invitation, client_for: ClientFor
) -> None:
    confirm = reverse("agencies:confirm", args=[tokens.make(invitation)])

    for move in (client_for(partnership.asker).get, client_for(partnership.asker).post):
        response = move(confirm)
        assert response.status_code == 409
        assert "another email address" in text_of(response)


class TestHats:
    """A person acts for one agency at a time, and only the database says for which they may."""

    @pytest.fixture
    def two_hats(self, partnership: Partnership) -> Player:
        second = Membership(
            user=partnership.asker.user, agency=partnership.charity, roles=[Role.PRACTITIONER]
        )
        second.attest().save(force_insert=True)
        return Player(partnership.asker.user, second.pk)

    def test_whoever_has_one_wears_it(
        self, partnership: Partnership, client_for: ClientFor
    ) -> None:
        client = client_for(partnership.asker)
        session = client.session
        del session[ACTING]
        session.save()

        response = client.get(reverse("agencies:directory"))

        assert response.status_code == 200
        assert partnership.care.short_name in text_of(response)

    def test_whoever_has_two_chooses_and_goes_on(
        self, partnership: Partnership, two_hats: Player, client_for: ClientFor
    ) -> None:
        client = client_for(two_hats)
        session = client.session
        del session[ACTING]
        session.save()
        wanted = f"{reverse('agencies:directory')}?search=police"

        asked = client.get(wanted)
        page = client.get(asked["Location"])
        offered = re.findall(r'name="hat"[^>]*value="([^"]+)"', page.content.decode())
        chosen = client.post(asked["Location"], {"hat": str(two_hats.membership_id)})

        assert offered == [str(one.membership_id) for one in (partnership.asker, two_hats)]
        assert chosen["Location"] == wanted
        assert client.session[ACTING] == str(two_hats.membership_id)
        assert partnership.charity.short_name in text_of(client.get(wanted))

    def test_a_hat_that_is_not_theirs_stays_off(
        self, partnership: Partnership, client_for: ClientFor
    ) -> None:
        client = client_for(partnership.asker)
        session = client.session
        session[ACTING] = str(partnership.lead.membership_id)
        session.save()

        assert client.get(address("people police", partnership)).status_code == 403

    def test_choosing_leads_to_this_portal_only(
        self, two_hats: Player, client_for: ClientFor
    ) -> None:
        response = client_for(two_hats).post(
            f"{reverse('agencies:choose')}?next=https://elsewhere.example/",
            {"hat": str(two_hats.membership_id)},
        )

        assert "elsewhere" not in response["Location"]

    def test_who_belongs_nowhere_is_told_what_to_do(
        self, partnership: Partnership, client_for: ClientFor
    ) -> None:
        client = client_for(partnership.asker)
        Membership.objects.filter(pk=partnership.asker.membership_id).update(
            roles=["DPO"], version=2
        )

        response = client.get(reverse("agencies:directory"), follow=True)

        assert response.redirect_chain == [(reverse("agencies:no_agency"), 302)]
        assert "ask its lead to invite you" in text_of(response)

    def test_the_end_of_a_membership_meets_the_next_click(
        self, partnership: Partnership, client_for: ClientFor
    ) -> None:
        client = client_for(partnership.decider)
        assert client.get(reverse("agencies:directory")).status_code == 200

        client_for(partnership.lead).post(address("end decider", partnership))

        response = client.get(reverse("agencies:directory"))
        assert response["Location"] == reverse("agencies:no_agency")


def test_ending_twice_is_refused_as_too_late(
    partnership: Partnership, client_for: ClientFor
) -> None:
    client = client_for(partnership.lead)
    client.post(address("end decider", partnership))

    assert client.post(address("end decider", partnership)).status_code == 409
    assert client.get(address("member decider", partnership)).status_code == 200


def test_a_member_is_authorised_anew_and_the_page_tells_the_history(
    partnership: Partnership, client_for: ClientFor
) -> None:
    client = client_for(partnership.lead)
    answers = {"tier": "2", "reason": "Moved to another team"} | until(50)

    response = client.post(address("authorise decider", partnership), answers)

    page = text_of(client.get(response["Location"]))
    assert partnership.decider.actor.clearance is Tier.PERSONAL
    assert "Moved to another team" in page
    assert "Ended" in page


def test_lapsed_and_lapsing_authorisations_stand_out(
    partnership: Partnership, client_for: ClientFor
) -> None:
    client = client_for(partnership.lead)
    client.post(
        address("authorise colleague", partnership),
        {"tier": "3", "reason": "For a little while"} | until(20),
    )

    page = text_of(client.get(address("people police", partnership)))

    assert "Ends in 20 days" in page
    assert "Never authorised" in page


def test_a_desk_is_changed_as_people_type(partnership: Partnership, client_for: ClientFor) -> None:
    client = client_for(partnership.lead)
    answers = {
        "name": "Front door",
        "mailbox": "front.door@police.example",
        "phone": "01905 000001",
        "days": ["0", "1", "2", "5"],
        "opens": "8.30am",
        "closes": "18:15",
        "out_of_hours": "Control room, 101",
        "is_open": "yes",
    }

    assert client.post(address("edit_desk police_desk", partnership), answers).status_code == 302

    desk = Desk.objects.get(pk=partnership.police_desk.pk)
    page = text_of(client.get(address("agency police", partnership)))
    assert desk.hours.days == {0, 1, 2, 5}
    assert "Monday to Wednesday and Saturday, 8:30am to 6:15pm" in page
    assert "Control room, 101" in page
    wrong = client.post(address("edit_desk police_desk", partnership), answers | {"closes": "8am"})
    assert "Closing time must be later than opening time" in text_of(wrong)


AGENCY = {
    "name": "St Egwin’s",
    "short_name": "Egwin’s",
    "sector": "MIDDLE",
    "kind": "PUBLIC",
    "duty": "DESIGNATED",
    "area": "Evesham",
}


def test_the_coordinator_adds_an_agency_with_its_desk_and_invites_its_lead(
    partnership: Partnership, client_for: ClientFor
) -> None:
    client = client_for(partnership.coordinator)

    response = client.post(reverse("agencies:add_agency"), AGENCY)

    agency = Agency.objects.get(name=AGENCY["name"])
    assert response["Location"] == reverse("agencies:invite", args=[agency.pk])
    assert [desk.name for desk in agency.desks.all()] == ["Information-sharing desk"]
    again = client.post(reverse("agencies:add_agency"), AGENCY | {"name": "ST EGWIN’S"})
    assert "Another agency has this name" in text_of(again)


def test_a_former_agency_leaves_the_directory_for_all_but_the_coordinator(
    partnership: Partnership, client_for: ClientFor
) -> None:
    edit = address("edit_agency police", partnership)
    entry = AGENCY | {"ended_on-day": "1", "ended_on-month": "3", "ended_on-year": "2026"}

    assert client_for(partnership.coordinator).post(edit, entry).status_code == 302

    page = address("agency police", partnership)
    assert client_for(partnership.asker).get(page).status_code == 404
    assert client_for(partnership.coordinator).get(page).status_code == 200


def test_the_directory_is_searched_and_says_when_nothing_matches(
    partnership: Partnership, client_for: ClientFor
) -> None:
    client = client_for(partnership.asker)
    directory = reverse("agencies:directory")

    found = text_of(client.get(directory, {"search": "county POLICE"}))
    assert partnership.police.name in found
    assert partnership.charity.name not in found
    assert "No agency matches" in text_of(client.get(directory, {"search": "zzz"}))
    assert "No agency matches" in text_of(client.get(directory, {"sector": "FIRE"}))


@pytest.mark.parametrize("where", ["directory", "people police"])
def test_a_list_costs_the_same_for_one_row_and_for_a_hundred(
    partnership: Partnership,
    client_for: ClientFor,
    django_assert_max_num_queries: Any,
    where: str,
) -> None:
    client = client_for(partnership.lead)
    url = address(where, partnership)
    with django_assert_max_num_queries(40) as few:
        client.get(url)

    for number in range(100):
        add_person(
            f"Person {number}",
            partnership.police,
            Role.DESK_MEMBER,
            desk=partnership.police_desk,
            tier=Tier.PERSONAL,
        )
        agency = Agency.objects.create(
            name=f"Agency {number}",
            short_name=f"A{number}",
            sector="FIRE",
            kind="PUBLIC",
            duty="NONE",
        )
        Desk.objects.create(agency=agency, name="Desk")
    with django_assert_max_num_queries(40) as many:
        response = client.get(url)

    assert "Showing 1 to 25 of" in text_of(response)
    assert len(many) == len(few)


def test_the_members_page_shows_authority_that_was_forged_as_none(
    partnership: Partnership, client_for: ClientFor
) -> None:
    Membership.objects.filter(pk=partnership.decider.membership_id).update(
        roles=["AGENCY_LEAD"], version=2
    )

    page = text_of(client_for(partnership.lead).get(address("member decider", partnership)))

    assert membership_of(partnership.decider).roles == ["AGENCY_LEAD"]
    assert "Agency lead" not in page.split("<main")[1]
