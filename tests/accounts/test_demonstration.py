from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from accounts import services
from accounts.models import TotpDevice, User
from kernel.actors import Actor
from kernel.decisions import Denied
from tests.accounts.conftest import Visitor

ACTOR = Actor.system("tests")


def told(email: str) -> str:
    out = StringIO()
    call_command("one_time_code", email, stdout=out)
    return out.getvalue().strip()


def test_a_scripted_person_signs_in_by_the_code_that_the_command_tells(
    visitor: Visitor, amina: User, settings: Settings
) -> None:
    settings.DEMO = True
    services.enrol_demo_device(actor=ACTOR, user=amina)
    visitor.give_password(amina.email)

    assert visitor.give_code(told("Amina@police.example")).url == "/"


def test_the_next_code_is_told_when_the_present_one_is_used(
    visitor: Visitor, another_visitor: Visitor, amina: User, settings: Settings
) -> None:
    settings.DEMO = True
    services.enrol_demo_device(actor=ACTOR, user=amina)

    for each in (visitor, another_visitor):
        each.give_password(amina.email)
        assert each.give_code(told(amina.email)).status_code == 302


def test_where_people_are_real_no_code_is_told_and_no_device_made(
    amina: User, phone: TotpDevice, settings: Settings
) -> None:
    settings.DEMO = False

    for email in (amina.email, "nobody@police.example"):
        with pytest.raises(CommandError, match="only in a demonstration"):
            told(email)
    with pytest.raises(Denied):
        services.current_code(actor=ACTOR, user=amina)
    with pytest.raises(Denied):
        services.enrol_demo_device(actor=ACTOR, user=amina)


@pytest.mark.parametrize("email", ["nobody@police.example", "amina@police.example"])
def test_who_has_no_device_has_no_code(amina: User, settings: Settings, email: str) -> None:
    settings.DEMO = True

    with pytest.raises(CommandError, match="Check the address"):
        told(email)
