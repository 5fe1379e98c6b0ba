import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection

from accounts.models import User
from audit.models import AuditEvent
from kernel.privacy import undeclared
from tests.accounts.conftest import make_user


@pytest.mark.django_db
def test_two_people_cannot_have_one_address_whatever_its_case() -> None:
    make_user("amina@police.example")

    with pytest.raises(IntegrityError):
        make_user(" Amina@Police.Example")


def test_an_address_in_capitals_cannot_be_stored_even_by_sql(amina: User) -> None:
    with pytest.raises(IntegrityError, match="accounts_user_email_is_lower_case"):
        User.objects.filter(pk=amina.pk).update(email="AMINA@police.example", version=2)


def test_nobody_can_be_a_superuser(amina: User) -> None:
    assert amina.is_superuser is False
    assert not amina.has_perm("accounts.change_user")
    with pytest.raises(AttributeError):
        setattr(amina, "is_superuser", True)  # noqa: B010 - mypy refuses it as well
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "accounts_user")
    assert {"is_superuser", "is_staff"}.isdisjoint(column.name for column in columns)
    assert not hasattr(get_user_model().objects, "create_superuser")


def test_a_person_s_text_form_names_nobody(amina: User) -> None:
    assert str(amina) == f"User {amina.pk}"


def test_making_an_account_is_on_record_without_its_address(amina: User) -> None:
    event = AuditEvent.objects.get(event="accounts.user_created")

    assert event.target_id == amina.pk
    assert event.facts == {"version": 1}


@pytest.mark.parametrize("name", ["User", "Session", "TotpDevice", "RecoverySheet", "RecoveryCode"])
def test_every_field_is_declared(name: str) -> None:
    assert undeclared(apps.get_model("accounts", name)) == set()
