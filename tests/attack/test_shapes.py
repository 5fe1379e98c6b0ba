"""Every sealed column of every table, in every shape that a program puts a value into."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from string import Template as Dollars
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.core.signing import dumps as signed
from django.db import models
from django.forms import model_to_dict
from django.template import engines

from kernel.ids import new_id
from vault.fields import SealedField
from vault.sealed import Ciphertext, Sealed

COLUMNS = [
    (model, field)
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, SealedField)
]
NAMES = [field.seal_id for _, field in COLUMNS]
BLOB = b"\x01" + new_id().bytes + b"words that nobody may see: Zebedee O'Quill" + bytes(16)

SHAPES: dict[str, Callable[[Any], object]] = {
    "str": str,
    "repr": repr,
    "format": lambda value: f"{value} {value!r} {value:>20} {value!s:.3}",
    "percent": lambda value: "%s %r" % (value, value),  # noqa: UP031
    "dollars": lambda value: Dollars("$value").substitute(value=value),
    "in a list": lambda value: str([value]) + repr({"value": value}),
    "json": json.dumps,
    "json by default str": lambda value: json.dumps(value, default=str),
    "django json": lambda value: json.dumps(value, cls=DjangoJSONEncoder),
    "pickle": pickle.dumps,
    "oldest pickle": lambda value: pickle.dumps(value, protocol=0),
    "copy": lambda value: repr(copy.copy(value)),
    "deep copy": lambda value: repr(copy.deepcopy(value)),
    "signed": lambda value: signed({"value": value}),
    "page": lambda value: _page("{{ value }}", value),
    "page's json": lambda value: _page("{{ value|tojson }}", value),
    "page's string": lambda value: _page("{{ value|string|upper }}", value),
    "page's list": lambda value: _page("{{ [value] }}", value),
}


def _page(source: str, value: object) -> str:
    return engines.all()[0].from_string(source).render({"value": value})


def in_row(model: type[models.Model], field: SealedField) -> Any:
    row = model(pk=new_id())
    setattr(row, field.attname, Ciphertext(BLOB))
    return row


@pytest.mark.parametrize(("model", "field"), COLUMNS, ids=NAMES)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_of_a_sealed_value_shows_its_content(
    model: type[models.Model], field: SealedField, shape: str
) -> None:
    value = getattr(in_row(model, field), field.attname)
    assert isinstance(value, Sealed)

    for one in (value, Ciphertext(BLOB)):
        assert _tells_nothing(SHAPES[shape], one)


@pytest.mark.parametrize(("model", "field"), COLUMNS, ids=NAMES)
@pytest.mark.parametrize(
    "shape",
    [
        str,
        repr,
        lambda row: repr(row.__dict__),
        lambda row: repr(model_to_dict(row)),
        lambda row: serializers.serialize("json", [row]),
        lambda row: serializers.serialize("xml", [row]),
        pickle.dumps,
        lambda row: row.__reduce__()[2],
    ],
    ids=["str", "repr", "dict", "form", "dumpdata", "xml", "pickle", "reduce"],
)
def test_no_shape_of_a_row_shows_its_sealed_columns(
    model: type[models.Model], field: SealedField, shape: Callable[[Any], object]
) -> None:
    assert _tells_nothing(shape, in_row(model, field))


def _tells_nothing(shape: Callable[[Any], object], value: object) -> bool:
    """Refused, or without a byte of the column: neither as it is nor encoded."""
    try:
        text = shape(value)
    except TypeError as refusal:
        text = str(refusal)
    shown = text if isinstance(text, bytes) else str(text).encode()
    forms = [b"Zebedee", b"nobody", BLOB[17:40].hex().encode(), b"d29yZHMgdGhhdCBub2JvZHk"]
    return not any(form.lower() in shown.lower() for form in forms)


@pytest.mark.parametrize(("model", "field"), COLUMNS, ids=NAMES)
def test_no_sealed_column_takes_words_by_any_way_of_writing(
    model: type[Any], field: SealedField
) -> None:
    name = field.attname
    rows = model._default_manager
    for write in (
        lambda: model(**{name: "Zebedee"}),
        lambda: setattr(model(), name, b"Zebedee"),
        lambda: rows.filter(pk=new_id()).update(**{name: "Zebedee"}),
        lambda: rows.filter(**{name: "Zebedee"}),
        lambda: rows.filter(**{f"{name}__contains": "Zebedee"}),
        lambda: rows.exclude(**{f"{name}__in": [b"Zebedee"]}),
    ):
        with pytest.raises(TypeError) as refused:
            write()
        assert "Zebedee" not in str(refused.value)


def test_there_are_sealed_columns_to_attack() -> None:
    assert len(COLUMNS) > 10
