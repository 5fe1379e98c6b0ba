"""Putting words into a safe: what is stored, what is refused, what can never be undone."""

from __future__ import annotations

import base64
import copy
import json
import logging
import pickle
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Case, Count, F, Max, TextField, Value, When
from django.db.models.functions import Cast, JSONObject
from django.template import engines

from kernel.actors import Actor
from kernel.facts import NotPlain, require_plain
from kernel.ids import new_id
from kernel.tiers import Tier
from tests.vault.conftest import NOTES, WORDS, People, author_of, body_for, look, write
from tests.vault.sample import Letter
from vault import services as vault
from vault.models import DataKey, Dossier, Grant, Safe
from vault.sealed import Ciphertext
from vault.services import Sealed, Sealer
from vault.states import KeyStatus


def test_what_is_sealed_can_be_opened(people: People, letter: Letter) -> None:
    stored = Letter.objects.get(pk=letter.pk)

    opened = look(people.desk_member, stored.body, stored.notes)

    assert opened[stored.body] == WORDS
    assert opened[stored.notes] == NOTES


@pytest.mark.parametrize("words", ["x", "Zoë 🎈\n\r\t'\"\\", "𝔘" * 20_000, "\u202e", "[sealed]"])
def test_any_text_comes_back_as_it_was(people: People, safe: Safe, words: str) -> None:
    assert body_for(people.author, write(safe, body=words)) == words


@pytest.mark.parametrize("notes", [[], {}, [None], "text", 0, False, {"ü": {"deep": [1.5, True]}}])
def test_any_json_comes_back_as_it_was(people: People, safe: Safe, notes: Any) -> None:
    letter = write(safe, notes=notes)

    assert look(people.author, letter.notes)[letter.notes] == notes


def test_the_database_holds_none_of_the_words(letter: Letter) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body, notes, body::text FROM vault_sample_letter")
        body, notes, shown = cursor.fetchone()

    for part in ("Aaliyah", "O'Brien"):
        assert part.encode() not in bytes(body) + bytes(notes)
        assert part not in shown


def test_the_same_words_never_look_the_same_twice(safe: Safe) -> None:
    one, two = write(safe), write(safe)

    assert one.body.nonce != two.body.nonce
    assert one.body.ciphertext != two.body.ciphertext


@pytest.mark.parametrize("empty", ["", None])
def test_nothing_written_is_stored_as_nothing(people: People, safe: Safe, empty: Any) -> None:
    letter = Letter.objects.get(pk=write(safe, body=empty).pk)

    assert letter.body is None
    assert look(people.author, letter.body)[letter.body] == ""
    assert not DataKey.objects.exists()


def test_each_safe_has_one_key_for_each_tier(people: People, safe: Safe) -> None:
    for tier in (Tier.PERSONAL, Tier.SENSITIVE, Tier.PERSONAL):
        write(safe, tier=tier)

    assert sorted(DataKey.objects.values_list("tier", flat=True)) == [2, 3]


def test_wrapped_keys_are_never_the_key(letter: Letter) -> None:
    key = DataKey.objects.get()

    assert len(bytes(key.wrapped)) == 12 + 32 + 16
    assert key.kek.status == KeyStatus.ACTIVE


def test_the_keys_of_many_safes_are_made_at_once(
    people: People, dossier: Dossier, django_assert_num_queries: Any
) -> None:
    safes = [
        vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[])
        for _ in range(20)
    ]

    with transaction.atomic(), django_assert_num_queries(6):
        sealer = Sealer(*safes, actor=people.author)
        sealer.prepare(Tier.ANONYMISED, Tier.PERSONAL)
        for safe in safes:
            sealer.seal(safe, Letter(safe=safe), Tier.PERSONAL, body=WORDS)

    assert DataKey.objects.count() == 40


def test_sealing_costs_the_same_queries_for_one_value_and_for_fifty(
    safe: Safe, django_assert_num_queries: Any
) -> None:
    write(safe)
    author = author_of(safe)
    # the dossier held, the right to write, the keys
    with transaction.atomic(), django_assert_num_queries(3):
        sealer = Sealer(safe, actor=author)
        for _ in range(50):
            sealer.seal(safe, Letter(safe=safe), Tier.SENSITIVE, body=WORDS)


def test_the_keys_of_many_safes_are_fetched_at_once(
    people: People, dossier: Dossier, django_assert_num_queries: Any
) -> None:
    safes = [
        vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[])
        for _ in range(20)
    ]
    for safe in safes:
        write(safe)

    with transaction.atomic(), django_assert_num_queries(4):
        sealer = Sealer(*safes, actor=people.author)
        letters = [Letter(safe=safe) for safe in safes]
        for safe, letter in zip(safes, letters, strict=True):
            sealer.seal(safe, letter, Tier.SENSITIVE, body=WORDS)
        Letter.objects.bulk_create(letters)

    assert {body_for(people.author, letter) for letter in letters} == {WORDS}


# What is refused


def test_plain_text_cannot_be_assigned(safe: Safe) -> None:
    letter = Letter(safe=safe)

    for value in ("text", b"bytes", {"a": 1}, 5):
        with pytest.raises(TypeError, match="takes only what the vault sealed") as refused:
            letter.body = value
        assert "text" not in str(refused.value).removeprefix("sample.letter.body takes only")
    with pytest.raises(TypeError):
        Letter(safe=safe, body="text")


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(body="text"),
        lambda rows: rows.update(body=b"bytes"),
        lambda rows: rows.update(body=Value("text")),
        lambda rows: rows.update(body=Value(b"bytes")),
        lambda rows: rows.update(body=Case(When(title="", then=Value("text")))),
        lambda rows: rows.update(notes='{"a": 1}'),
        lambda rows: rows.create(body="text"),
        lambda rows: rows.filter(pk=rows.first().pk).update(body=Ciphertext(b"\x01text")),
    ],
)
def test_plain_text_cannot_be_written_past_the_model(
    letter: Letter, change: Callable[[Any], object]
) -> None:
    before = Letter.objects.get(pk=letter.pk).body

    with pytest.raises((TypeError, DatabaseError)), transaction.atomic():
        change(Letter.objects.all())

    assert Letter.objects.get(pk=letter.pk).body == before


@pytest.mark.parametrize("shape", [b"", b"text", b"\x02" + bytes(60), b"\x01" + bytes(43)])
def test_the_column_itself_refuses_what_has_not_the_shape_of_a_sealed_value(
    sql: Callable[..., None], db: None, shape: bytes
) -> None:
    with pytest.raises(IntegrityError):
        sql(
            "INSERT INTO vault_sample_letter (id, created_at, title, body) VALUES (%s, now(), '', %s)",
            str(new_id()),
            shape,
        )


def test_text_goes_into_text_and_structure_into_structure(safe: Safe) -> None:
    with transaction.atomic(), pytest.raises(TypeError, match="sealed text takes text"):
        Sealer(safe, actor=author_of(safe)).seal(
            safe, Letter(safe=safe), Tier.SENSITIVE, body={"a": 1}
        )


def test_only_sealed_fields_are_sealed(safe: Safe) -> None:
    with transaction.atomic(), pytest.raises(TypeError, match="title is not a sealed field"):
        Sealer(safe, actor=author_of(safe)).seal(
            safe, Letter(safe=safe), Tier.SENSITIVE, title="Plain"
        )


def test_a_sealer_seals_into_the_safes_it_was_given(
    people: People, dossier: Dossier, safe: Safe
) -> None:
    other = vault.create_safe(actor=people.author, dossier=dossier, kind="LETTER", readers=[])
    with transaction.atomic(), pytest.raises(ValueError, match="not given this safe"):
        Sealer(safe, actor=author_of(safe)).seal(
            other, Letter(safe=other), Tier.SENSITIVE, body=WORDS
        )


@pytest.mark.django_db(transaction=True)
def test_sealing_belongs_in_a_transaction(safe: Safe) -> None:
    with pytest.raises(RuntimeError, match="belongs in the transaction"):
        Sealer(safe, actor=author_of(safe))


def test_only_a_person_acting_for_an_agency_has_a_safe(dossier: Dossier) -> None:
    for nobody in (Actor(), Actor.system("purge"), Actor(user_id=new_id())):
        with pytest.raises(ValueError, match="only a person"):
            vault.create_safe(actor=nobody, dossier=dossier, kind="LETTER", readers=[])
    assert not Grant.objects.exists()


def test_a_sealed_value_is_not_taken_into_another_row(letter: Letter, safe: Safe) -> None:
    with pytest.raises(TypeError, match="seal it again"):
        Letter(safe=safe).body = letter.body


def test_a_sealed_value_is_not_taken_into_another_field(letter: Letter) -> None:
    with pytest.raises(TypeError):
        letter.body = letter.notes


@pytest.mark.parametrize(
    "search",
    [
        {"body": "Aaliyah"},
        {"body__contains": b"A"},
        {"body__startswith": "A"},
        {"body__in": [b"A"]},
        {"body__gt": b"A"},
        {"notes__seen": "A"},
        {"body__regex": "A"},
    ],
)
def test_sealed_columns_cannot_be_searched(db: None, search: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        list(Letter.objects.filter(**search))


def test_whether_something_was_written_may_be_asked(letter: Letter, safe: Safe) -> None:
    empty = write(safe, body="")

    assert list(Letter.objects.filter(body__isnull=True)) == [empty]
    assert list(Letter.objects.exclude(body__isnull=True)) == [letter]


# Write-once


def reseal(letter: Letter, safe: Safe) -> None:
    with transaction.atomic():
        Sealer(safe, actor=author_of(safe)).seal(safe, letter, Tier.SENSITIVE, body="Other words")
        letter.save(update_fields=["body"])


def test_sealed_words_are_written_once(people: People, letter: Letter, safe: Safe) -> None:
    with pytest.raises(IntegrityError, match="written once"):
        reseal(letter, safe)

    assert body_for(people.author, letter) == WORDS


def test_sealed_words_can_be_blanked_and_then_stay_blank(letter: Letter, safe: Safe) -> None:
    letter.body = None
    letter.save(update_fields=["body"])
    assert Letter.objects.get(pk=letter.pk).body is None

    with pytest.raises(IntegrityError, match="written once"):
        reseal(letter, safe)


def test_clear_columns_beside_sealed_ones_change_freely(people: People, letter: Letter) -> None:
    stored = Letter.objects.get(pk=letter.pk)
    stored.title = "Sent"
    stored.save()

    assert body_for(people.author, letter) == WORDS


def test_a_deferred_column_is_fetched_sealed(people: People, letter: Letter) -> None:
    stored = Letter.objects.defer("body").get(pk=letter.pk)

    assert look(people.author, stored.body)[stored.body] == WORDS


@pytest.mark.django_db(transaction=True)
def test_the_owner_meets_the_write_once_trigger_too(
    letter: Letter, as_owner: psycopg2.extensions.connection
) -> None:
    with pytest.raises(psycopg2.errors.CheckViolation, match="written once"):
        as_owner.cursor().execute("UPDATE vault_sample_letter SET body = notes")


# A sealed value is never seen


@pytest.mark.parametrize(
    "show", [str, repr, "{}".format, "{:>20}".format, lambda s: f"{s!r}", "%s".__mod__]
)
def test_a_sealed_value_prints_as_sealed(letter: Letter, show: Callable[[Any], str]) -> None:
    assert show(letter.body) == "[sealed]"


@pytest.mark.parametrize("show", [str, repr, "{}".format, "%s".__mod__])
def test_so_does_what_queries_give(letter: Letter, show: Callable[[Any], str]) -> None:
    value = Letter.objects.values_list("body", flat=True).get()

    assert isinstance(value, Ciphertext)
    assert show(value) == "[sealed]"


@pytest.mark.parametrize(
    "leave",
    [
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        json.dumps,
        lambda value: pickle.dumps({"session": [value]}),
        lambda value: json.dumps({"fact": value}),
    ],
)
@pytest.mark.parametrize("kind", ["Sealed", "Ciphertext"])
def test_a_sealed_value_does_not_leave_the_process(
    letter: Letter, leave: Callable[[Any], Any], kind: str
) -> None:
    value = letter.body if kind == "Sealed" else Letter.objects.values_list("body", flat=True).get()

    with pytest.raises(TypeError):
        leave(value)


@pytest.mark.parametrize("show", [str, repr, "{:>20}".format, lambda blob: f"{[blob]}"])
def test_the_parts_of_a_sealed_value_print_as_sealed(letter: Letter, show: Any) -> None:
    assert "[sealed]" in show(letter.body.blob)
    assert "sample.letter" not in show(letter.body)


def test_neither_form_passes_any_encoder_of_json(letter: Letter) -> None:
    for value in (letter.body, Letter.objects.values_list("body", flat=True).get()):
        with pytest.raises(TypeError):
            json.dumps({"fact": value}, cls=DjangoJSONEncoder)
        with pytest.raises(NotPlain):
            require_plain({"fact": value})


def test_a_page_shows_a_sealed_value_as_sealed_and_no_script_gets_it(letter: Letter) -> None:
    pages = engines.all()[0].env  # type: ignore[attr-defined]
    template = pages.from_string("{{ letter.body }} {{ letter.body|upper }} {{ [letter.body] }}")

    assert template.render(letter=letter) == "[sealed] [SEALED] [[sealed]]"
    with pytest.raises(TypeError):
        pages.from_string("{{ letter.body|tojson }}").render(letter=letter)


def test_a_log_line_shows_a_sealed_value_as_sealed(
    letter: Letter, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("vault").error("read %s and %r", letter.body, letter.body.blob)

    assert "read [sealed] and [sealed]" in caplog.text


def test_every_dump_of_the_table_holds_no_ciphertext(letter: Letter) -> None:
    for kind in ("json", "jsonl", "xml", "python"):
        dumped = str(serializers.serialize(kind, Letter.objects.all()))
        assert "[sealed]" in dumped
        assert letter.body.ciphertext.hex() not in dumped
        assert base64.b64encode(letter.body.blob).decode() not in dumped


@pytest.mark.parametrize(
    "query",
    [
        lambda rows: rows.order_by("body").values_list("body"),
        lambda rows: rows.order_by("-body").distinct().values_list("body"),
        lambda rows: rows.order_by("body").distinct("body").values_list("body"),
        lambda rows: rows.annotate(copy=F("body")).values_list("copy"),
        lambda rows: rows.values("body").annotate(Count("pk")).values_list("body"),
        lambda rows: [rows.aggregate(Max("body")).values()],
        lambda rows: rows.annotate(text=Cast("body", TextField())).values_list("text"),
        lambda rows: rows.annotate(joined=JSONObject(body="body")).values_list("joined"),
    ],
)
def test_whatever_a_query_makes_of_a_sealed_column_there_are_no_words_in_it(
    letter: Letter, safe: Safe, query: Callable[[Any], Any]
) -> None:
    write(safe, body="Zoe")
    for row in query(Letter.objects.all()):
        for value in row:
            shown = value if isinstance(value, str | dict) else bytes(value)
            assert "Aaliyah" not in str(shown)
            assert b"Aaliyah" not in bytes(str(shown), "utf-8")
            assert not isinstance(value, bytes) or isinstance(value, Ciphertext)


def test_plain_text_is_not_written_many_rows_at_a_time(letter: Letter, safe: Safe) -> None:
    stored = Letter.objects.get()
    stored.__dict__["body"] = "text"
    with pytest.raises(TypeError), transaction.atomic():
        Letter.objects.bulk_update([stored], ["body"])
    fresh = Letter(safe=safe)
    fresh.__dict__["body"] = "text"
    for write_rows in (
        lambda: Letter.objects.bulk_create([fresh]),
        lambda: fresh.save(force_insert=True),
    ):
        with pytest.raises(TypeError), transaction.atomic():
            write_rows()
    assert Letter.objects.get().body == letter.body


def test_one_columns_ciphertext_is_not_written_into_another(letter: Letter, safe: Safe) -> None:
    empty = write(safe, body="")
    for change in ({"notes": F("body")}, {"title": F("body")}, {"body": F("notes")}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Letter.objects.update(**change)
    assert Letter.objects.get(pk=empty.pk).body is None


def test_a_record_with_sealed_words_does_not_leave_the_process(letter: Letter) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(letter)


def test_a_dump_of_records_holds_no_ciphertext(letter: Letter) -> None:
    dumped = json.loads(serializers.serialize("json", [letter]))

    assert dumped[0]["fields"]["body"] == "[sealed]"


def test_a_sealed_value_tells_nothing_of_itself_to_who_lists_its_parts(letter: Letter) -> None:
    sealed: Sealed = letter.body

    assert not hasattr(sealed, "__dict__")
    assert WORDS.encode() not in bytes(sealed.blob)
    with pytest.raises(AttributeError):
        sealed.blob = Ciphertext()  # type: ignore[misc]
