"""The declaration of fields: each one once, with its kind."""

from __future__ import annotations

import pytest
from django.db import models

from kernel.models import BaseModel
from kernel.privacy import Kind, declarations, undeclared
from kernel.tiers import Tier


class Sample(BaseModel):
    class Meta:
        abstract = True
        app_label = "privacy_sample"


class Whole(Sample):
    class Privacy:
        keep = "CASE_DATA"
        clear = {"status"}
        staff = {"author"}
        case = {"words": Tier.PERSONAL}
        secret = {"mac"}

    status = models.CharField(max_length=5)
    author = models.UUIDField()
    words = models.BinaryField()
    mac = models.BinaryField()


class Gap(Sample):
    class Privacy:
        keep = "CASE_DATA"
        clear = {"status", "gone"}
        staff = {"status"}

    status = models.CharField(max_length=5)
    forgotten = models.CharField(max_length=5)


class Silent(Sample):
    status = models.CharField(max_length=5)


def test_each_field_has_its_kind_its_class_and_its_tier() -> None:
    found = declarations(Whole)

    assert {name: one.kind for name, one in found.items() if name not in ("id", "created_at")} == {
        "status": Kind.CLEAR,
        "author": Kind.STAFF,
        "words": Kind.CASE,
        "mac": Kind.SECRET,
    }
    assert found["words"].tier is Tier.PERSONAL
    assert {one.keep for one in found.values()} == {"CASE_DATA"}
    assert undeclared(Whole) == set()


def test_people_are_shown_what_is_about_them_and_no_secrets() -> None:
    exported = {name for name, one in declarations(Whole).items() if one.exported}

    assert exported == {"author", "words"}


def test_a_field_declared_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Gap\.status is declared twice"):
        declarations(Gap)


def test_a_model_that_says_nothing_has_every_field_undeclared() -> None:
    assert undeclared(Silent) == {"status"}


def test_forgotten_fields_and_declarations_of_none_are_both_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Gap.Privacy, "staff", set())

    assert undeclared(Gap) == {"forgotten", "gone"}
