"""The retention schedule: complete, loaded once, and versioned where it changes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.apps import apps

from kernel.actors import Actor
from kernel.ids import new_id
from retention import queries, registry, services
from retention.models import RetentionClass

OURS = {
    "kernel", "audit", "vault", "accounts", "retention", "agencies", "agreements",
    "incidents", "guidance", "people", "consent", "sharing", "meetings",
}  # fmt: skip
MODELS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in OURS and not model._meta.auto_created
]
ACTOR = Actor.system("tests")


def test_there_are_models_to_look_at() -> None:
    assert len(MODELS) > 20


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_record_belongs_to_a_class_of_the_schedule(db: None, model: type) -> None:
    keep = model.Privacy.keep  # type: ignore[attr-defined]

    assert queries.schedule(ACTOR).filter(code=keep).exists(), keep


def test_the_partnerships_schedule_is_kept_word_by_word(db: None) -> None:
    with (services.REFERENCE / "wscp.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == 11
    for row in rows:
        loaded = queries.schedule(ACTOR).get(code=row["code"])
        assert {name: getattr(loaded, name) for name in row} == row
        assert loaded.checked_on == services.CHECKED["wscp.csv"]


def test_case_data_is_kept_fifteen_years_after_the_case_closed(db: None) -> None:
    case_data = queries.schedule(ACTOR).get(code="CASE_DATA")

    assert (case_data.period, case_data.trigger) == ("15 years", "Case closed")
    assert case_data.source == "S4 Appendix 1"


def test_loading_again_changes_nothing(db: None) -> None:
    before = set(RetentionClass.objects.values_list("pk", flat=True))

    assert services.load_schedule(actor=ACTOR) == 0
    assert set(RetentionClass.objects.values_list("pk", flat=True)) == before


def test_a_changed_row_gets_a_version_and_the_old_one_stays(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in services.CHECKED:
        text = (services.REFERENCE / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("Case closed,15 years", "Case closed,20 years"))
    monkeypatch.setattr(services, "REFERENCE", tmp_path)

    assert services.load_schedule(actor=ACTOR) == 1

    versions = RetentionClass.objects.filter(code="CASE_DATA").order_by("created_at")
    assert [(v.period, v.valid_until is None) for v in versions] == [
        ("15 years", False),
        ("20 years", True),
    ]


def test_a_model_has_one_disposer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_disposers", {})

    def dispose(ids: object) -> int:
        return 0

    registry.register("sharing.InfoRequest", dispose)
    registry.register("sharing.InfoRequest", dispose)

    assert registry.registered() == {"sharing.InfoRequest": dispose}
    with pytest.raises(ValueError, match="two disposers"):
        registry.register("sharing.InfoRequest", lambda ids: len([new_id(), *ids]))
