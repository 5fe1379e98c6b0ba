from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django.fixtures import Settings

from accounts.models import User
from audit.models import AuditEvent
from kernel.keys import Purpose, ring
from tests.accounts.conftest import Visitor

SOMEBODY = User(email="siobhan.oflaherty@worcester.example", full_name="Siobhán O’Flaherty")

GOOD = [
    "otter violin marmalade",
    "cat sun mop",
    "OtterViolinMarmalade",
    "otter-violin-marmalade",
    "otter7violin7marmalade",
    "x7#kQ!v2Lw9$pZ",
    "ein völlig langer Satz",
    "кошка молоко дерево",
    "fourteen chars",
    "dragon monkey football",
]
COMMON = [
    "password",
    "password123456",
    "Password!!!!!!!",
    "passwordpassword",
    "12345678901234",
    "99999999999999",
    "qwertyuiopasdf",
    "abcdefghijklmnop",
    "aaaaaaaaaaaaaaaa",
    "1234567890",
    "dragon",
    "   dragon   ",
    "dragon dragon dragon",
    "dragon-dragon-2026!!",
    "aabbaabbaabbaabb",
]
SHORT = ["otter violin", "x7#kQ!v2", "qvz qvz qvz", "x q v w", "uv xq wj", "  1a!2b@3   "]
EXPECTED = [
    "safeguarding2026",
    "Worcestershire Children",
    "Siobhán O’Flaherty",
    "siobhan oflaherty one",
    "siobhan.oflaherty",
    "isp portal password",
    "information sharing portal",
]


@pytest.mark.parametrize("password", GOOD)
def test_length_or_three_words_are_enough(password: str) -> None:
    validate_password(password, SOMEBODY)


@pytest.mark.parametrize(
    ("password", "code"),
    [(p, "common") for p in COMMON]
    + [(p, "short") for p in SHORT]
    + [(p, "expected") for p in EXPECTED],
)
def test_what_others_would_try_is_refused_with_what_to_do(password: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, SOMEBODY)

    assert [error.code for error in refused.value.error_list] == [code]
    assert refused.value.messages[0].split()[0] in {"Choose", "Make"}


def test_a_hash_is_argon2_over_a_peppered_password(key_ring: Path) -> None:
    encoded = make_password("otter violin marmalade")

    assert encoded.startswith(
        f"peppered_argon2${ring().newest(Purpose.PEPPER).id}$argon2$argon2id$"
    )
    assert check_password("otter violin marmalade", encoded)
    assert not check_password("otter violin marmalades", encoded)
    assert len(encoded) < 255


@pytest.mark.django_db
def test_a_hash_is_no_use_without_the_key_ring(settings: Settings, tmp_path: Path) -> None:
    encoded = make_password("otter violin marmalade")

    settings.KEY_RING = tmp_path
    ring().create(Purpose.PEPPER)

    assert not check_password("otter violin marmalade", encoded)


@pytest.mark.django_db
def test_a_new_pepper_is_taken_up_at_the_next_sign_in(
    settings: Settings, tmp_path: Path, visitor: Visitor, django_user_model: type[User]
) -> None:
    settings.KEY_RING = tmp_path
    ring().create(Purpose.ATTEST)
    old = ring().create(Purpose.PEPPER)
    user = django_user_model.objects.create_user(
        email="amina@police.example", full_name="Amina", password="otter violin marmalade"
    )
    new = ring().create(Purpose.PEPPER)
    assert identify_hasher(user.password).must_update(user.password)

    visitor.give_password(user.email)

    assert old.id in user.password
    user.refresh_from_db()
    assert new.id in user.password
    assert user.is_genuine()
    event = AuditEvent.objects.get(event="accounts.password_hashed_anew")
    assert (event.target_id, event.facts) == (user.pk, {"version": 2})
    assert user.check_password("otter violin marmalade")


def test_an_accent_may_be_typed_in_either_of_its_two_forms(key_ring: Path) -> None:
    encoded = make_password("café violin marmalade")

    assert check_password("café violin marmalade", encoded)
