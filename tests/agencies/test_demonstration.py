"""The demonstration partnership, and the beginning of a real installation."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client

from accounts.models import TotpDevice, User
from agencies.access import hats_of
from agencies.models import Agency, Authorisation, Invitation, Membership
from agencies.policies import manages
from agreements.models import Signature
from isp_portal.demo import loading
from isp_portal.demo.sources import PASSWORD, SIGNATORIES, people
from kernel.actors import Role
from kernel.models import Installation
from kernel.tiers import Tier
from tests.partnership import Player


@pytest.fixture
def demonstration(db: None, settings: LazySettings) -> None:
    settings.DEMO = True


@pytest.fixture
def real(db: None, settings: LazySettings) -> None:
    settings.DEMO = False


def run(*command: str) -> str:
    told = StringIO()
    call_command(*command, stdout=told)
    return told.getvalue()


def signatories() -> list[dict[str, str]]:
    with SIGNATORIES.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def counts() -> dict[str, int]:
    models = (Agency, User, Membership, Authorisation, Invitation, Signature, TotpDevice)
    return {model.__name__: model.objects.count() for model in models}


def actor_of(email: str) -> Any:
    (hat,) = hats_of(User.objects.get(email=email).pk)
    return hat.actor


def test_it_has_every_organisation_that_signed_by_its_own_name(demonstration: None) -> None:
    run("load_demo")

    loaded = set(Agency.objects.filter(is_partnership=False).values_list("name", flat=True))
    assert loaded == {row["agency"] for row in signatories()}
    assert Signature.objects.count() == len(signatories()) == 29
    assert all(agency.desks.count() == 1 for agency in Agency.objects.all())
    assert Installation.objects.get().kind == Installation.Kind.DEMONSTRATION


def test_none_of_the_real_signatories_is_a_user(demonstration: None) -> None:
    run("load_demo")

    names = {name.lower() for name in User.objects.values_list("full_name", flat=True)}
    assert names.isdisjoint(row["signatory"].lower() for row in signatories())


def test_its_people_can_do_what_the_tutorial_needs(demonstration: None) -> None:
    run("load_demo")

    social_worker = actor_of("amara.okafor@wcf.example")
    police_desk = actor_of("joanna.kestrel@westmercia.example")
    tenancy = actor_of("oluwaseun.adeyemi@platform.example")
    assert (social_worker.roles, social_worker.clearance) == ({Role.PRACTITIONER}, Tier.SENSITIVE)
    assert police_desk.desk_ids
    assert police_desk.clearance is Tier.SENSITIVE
    assert tenancy.clearance is Tier.ANONYMISED
    assert actor_of("morwenna.pascoe@wscp.example").holds(Role.COORDINATOR)
    assert len(hats_of(User.objects.get(full_name="Marcus Bellweather").pk)) == 2
    assert TotpDevice.objects.filter(confirmed=True).count() == User.objects.count()


def test_loading_twice_changes_nothing(demonstration: None) -> None:
    run("load_demo")
    before = counts()

    run("load_demo")

    assert counts() == before


def test_a_load_that_was_killed_goes_on_where_it_stopped(
    demonstration: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined: list[str] = []
    join = loading._join

    def join_three(invitation: Invitation, person: Any) -> Membership:
        if len(joined) == 3:
            raise KeyboardInterrupt
        joined.append(person.email)
        return join(invitation, person)

    monkeypatch.setattr(loading, "_join", join_three)
    with pytest.raises(KeyboardInterrupt):
        run("load_demo")
    monkeypatch.undo()

    run("load_demo")

    assert Membership.objects.count() == len(list(people()))


def test_the_pass_phrase_obeys_the_rules_and_opens_every_account(demonstration: None) -> None:
    run("load_demo")

    for user in User.objects.all():
        validate_password(PASSWORD, user)
        assert user.check_password(PASSWORD)


def test_the_sign_ins_are_printed_with_role_and_agency(demonstration: None) -> None:
    told = run("demo_sign_ins")

    for person in people():
        (line, *_) = [
            line for line in told.splitlines() if person.email in line and person.agency in line
        ]
        assert all(role.label in line for role in person.roles)
    assert PASSWORD in told


def test_a_real_installation_prints_no_sign_ins_and_loads_nobody(real: None) -> None:
    for command in ("demo_sign_ins", "load_demo"):
        with pytest.raises(CommandError):
            run(command)
    assert not User.objects.exists()
    assert not Agency.objects.exists()


def test_a_database_begun_for_real_never_becomes_a_demonstration(demonstration: None) -> None:
    Installation.objects.create(kind=Installation.Kind.REAL)

    with pytest.raises(CommandError, match="begun as a real installation"):
        run("load_demo")
    assert not User.objects.exists()


def test_a_demonstration_never_becomes_a_real_installation(
    demonstration: None, settings: LazySettings
) -> None:
    with pytest.raises(CommandError, match="this is a demonstration"):
        run("first_coordinator", "first@partnership.example")
    run("load_demo")
    settings.DEMO = False

    with pytest.raises(CommandError, match="begun as a demonstration"):
        run("first_coordinator", "first@partnership.example")


def link_in(told: str) -> str:
    return next(line for line in told.splitlines() if "/join/" in line)


def test_the_first_coordinator_joins_by_the_printed_link(real: None) -> None:
    link = link_in(run("first_coordinator", "first@partnership.example"))
    answers = {"full_name": "First Person", "password": "otter violin marmalade"}

    assert Client().post(link, answers).status_code == 302

    actor = actor_of("first@partnership.example")
    assert actor.roles == {Role.COORDINATOR, Role.AGENCY_LEAD}
    assert Installation.objects.get().kind == Installation.Kind.REAL
    with pytest.raises(CommandError, match="has a coordinator"):
        run("first_coordinator", "second@partnership.example")


def test_asking_again_replaces_the_link(real: None) -> None:
    first = link_in(run("first_coordinator", "first@partnership.example"))
    second = link_in(run("first_coordinator", "other@partnership.example"))

    assert Client().get(first).status_code == 409
    assert Client().get(second).status_code == 200


@pytest.mark.parametrize("email", ["nobody", "a@b.example, c@d.example"])
def test_a_coordinators_address_must_be_one(real: None, email: str) -> None:
    with pytest.raises(CommandError, match="Give one email address"):
        run("first_coordinator", email)
    assert not Installation.objects.exists()


def test_nobody_makes_a_first_coordinator_by_editing_the_operators_invitation(real: None) -> None:
    link = link_in(run("first_coordinator", "first@partnership.example"))
    Invitation.objects.update(email="thief@partnership.example", version=F("version") + 1)

    answers = {"full_name": "Thief", "password": "otter violin marmalade"}
    assert Client().post(link, answers).status_code == 409
    assert not User.objects.exists()


def test_each_demonstration_lead_manages_their_own_agency(demonstration: None) -> None:
    run("load_demo")

    for member in Membership.objects.filter(roles__contains=[Role.AGENCY_LEAD]):
        assert manages(Player(member.user, member.pk).actor, member.agency)
