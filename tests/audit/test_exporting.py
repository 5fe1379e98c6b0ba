"""An export proves its events to somebody who has nothing of ours but the file and a statement."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit import keys, merkle
from audit.exporting import Chosen
from audit.keys import SealingKey
from audit.models import AuditEvent, Channel, RootDelivery, Seal
from audit.services import exporting, sealing
from audit.statements import Statement, succession
from kernel.actors import Actor
from kernel.ids import new_id
from tests.audit.events import change, look, many, seal

pytestmark = [pytest.mark.usefixtures("sealing_key"), pytest.mark.django_db]

VERIFIER = configured.BASE_DIR / "audit" / "verifier" / "verify_export.py"
Export = dict[str, Any]


def export(**chosen: Any) -> Export:
    out = StringIO()
    exporting.export(actor=Actor.system("export"), chosen=Chosen(**chosen), out=out)
    found: Export = json.loads(out.getvalue())
    return found


def verified(
    folder: Path, export: Export | str, *roots: Statement, options: tuple[str, ...] = ()
) -> tuple[int, str]:
    """The stand-alone verifier's verdict, by a Python that cannot find the project."""
    file = folder / "export.json"
    file.write_text(export if isinstance(export, str) else json.dumps(export))
    words = [sys.executable, "-I", str(VERIFIER), str(file), *options]
    if roots:
        (folder / "roots").write_text("".join(f"{root.line()}\n" for root in roots))
        words += ["--root", str(folder / "roots")]
    done = subprocess.run(
        words, cwd=folder, env={}, capture_output=True, text=True, check=False, timeout=60
    )
    assert not done.stderr
    return done.returncode, done.stdout


def statement(number: int) -> Statement:
    return Statement.of(Seal.objects.get(number=number))


@pytest.fixture
def events() -> list[AuditEvent]:
    """Seven changes in the second of four seals."""
    seal(look())
    found = many(7)
    for _ in range(3):
        seal()
    return found


def test_an_export_holds_by_itself_and_against_a_statement_from_outside(
    tmp_path: Path, events: list[AuditEvent], sealing_key: SealingKey
) -> None:
    made = export(event_ids=frozenset(e.pk for e in events[2:5]))

    code, said = verified(tmp_path, made)
    assert (code, "HOLDS: 3 events under 3 seals (2 to 4)." in said) == (0, True)
    assert sealing_key.id in said
    assert "confirm: 0 (see --root)" in said
    code, said = verified(tmp_path, made, statement(3), options=("--key", sealing_key.id))
    assert (code, "confirm: 1" in said) == (0, True)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_every_place_in_a_seal_of_any_size_is_proved(tmp_path: Path, count: int) -> None:
    found = many(count)
    seal()
    made = export(event_ids=frozenset(e.pk for e in found))

    assert [row["position"] for row in made["rows"]] == list(range(count))
    assert verified(tmp_path, made)[0] == 0


def test_an_empty_choice_is_an_empty_export(tmp_path: Path, events: list[AuditEvent]) -> None:
    made = export(target_id=new_id())

    assert (made["rows"], made["seals"]) == ([], [])
    assert verified(tmp_path, made)[0] == 0


def test_events_are_chosen_by_agency_record_safe_time_and_id(tmp_path: Path) -> None:
    agency, target, opened = new_id(), new_id(), look()
    now = datetime.now(UTC)
    ours = change(at=now - timedelta(hours=2))
    AuditEvent.objects.filter(pk=ours.pk)
    about = AuditEvent.objects.create(event="audit.refused", agency_id=agency, target_id=target)
    seal()

    def ids(**chosen: Any) -> set[str]:
        return {row["id"] for row in export(**chosen)["rows"]}

    assert ids(agency_id=agency) == ids(target_id=target) == {str(about.pk)}
    assert ids(target_id=opened.safes[1]) == {str(opened.pk)}
    assert ids(until=now - timedelta(hours=1)) == {str(ours.pk)}
    assert ids(since=now - timedelta(hours=1)) == {str(opened.pk), str(about.pk)}
    assert ids(agency_id=agency, target_id=opened.safes[1]) == set()
    assert ids(event_ids=frozenset([ours.pk, about.pk])) == {str(ours.pk), str(about.pk)}


def test_the_chain_ends_at_the_first_root_that_left_or_where_the_reader_asks(
    events: list[AuditEvent],
) -> None:
    chosen = {"event_ids": frozenset([events[0].pk])}
    RootDelivery.objects.create(seal_id=1, channel=Channel.FILE)
    assert [s["seal"] for s in export(**chosen)["seals"]] == [2, 3, 4], "none since left"
    RootDelivery.objects.create(seal_id=3, channel=Channel.FILE)
    RootDelivery.objects.create(seal_id=4, channel=Channel.FILE)

    assert [s["seal"] for s in export(**chosen)["seals"]] == [2, 3]
    assert [s["seal"] for s in export(**chosen, to_seal=4)["seals"]] == [2, 3, 4]
    assert [s["seal"] for s in export(**chosen, to_seal=1)["seals"]] == [2]


def test_an_export_is_itself_on_record(events: list[AuditEvent]) -> None:
    agency = events[0].agency_id
    export(event_ids=frozenset(e.pk for e in events), agency_id=agency)

    event = AuditEvent.objects.get(event="audit.exported")
    assert event.via == "system:export"
    assert (event.facts["rows"], event.facts["first_seal"], event.facts["last_seal"]) == (7, 2, 4)


def test_a_change_of_key_comes_with_its_announcement(
    tmp_path: Path, events: list[AuditEvent]
) -> None:
    call_command("sealing_key", change=True, stdout=StringIO())
    seal()
    last = seal()
    made = export(event_ids=frozenset([events[0].pk]))

    assert len({s["key"] for s in made["seals"]}) == 2
    assert made["seals"][-1]["seal"] == last.number
    assert verified(tmp_path, made)[0] == 0
    [announcing] = [row for row in made["rows"] if row["id"] != str(events[0].pk)]
    assert "audit.sealing_key_changed" in announcing["text"]
    made["rows"].remove(announcing)
    code, said = verified(tmp_path, made)
    assert code == 1
    assert "nothing announces its key" in said


def test_a_key_that_announced_itself_does_not_hold(
    tmp_path: Path, events: list[AuditEvent]
) -> None:
    """Whoever has the application's password can write the event, not sign it."""
    intruder = SealingKey.make()
    keys.publish(intruder)
    halves = [
        intruder.sign(succession(intruder.id))[:64],
        intruder.sign(succession(intruder.id))[64:],
    ]
    AuditEvent.objects.create(
        event="audit.sealing_key_changed", facts={"key": intruder.id, "signature": halves}
    )
    last = Statement.of(seal())
    false = replace(
        last, seal=last.seal + 1, count=0, root=merkle.root([]).hex(), previous=last.digest,
        key=intruder.id,
    )  # fmt: skip
    Seal.objects.create(
        number=false.seal, at=timezone.now(), count=0, root=false.root, previous=false.previous,
        key_id=intruder.id, signature="",
    )  # fmt: skip
    made = export(event_ids=frozenset([events[0].pk]))
    resign(made, intruder, false.seal)

    code, said = verified(tmp_path, made)
    assert code == 1
    assert "nothing announces its key" in said


# Whatever is done to the file


def row(export: Export) -> Export:
    found: Export = export["rows"][1]
    return found


def resign(export: Export, key: SealingKey, number: int) -> None:
    """As somebody could who makes seals of their own."""
    for one in export["seals"]:
        if one["seal"] == number:
            one["key"] = key.id
            one["signature"] = key.sign(Statement(**one).signed)


def with_another_key(export: Export) -> None:
    key = SealingKey.make()
    pem = key.public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    export["keys"][key.id] = pem.decode()
    resign(export, key, 4)


def under_the_old_name(export: Export) -> None:
    """The chain signed by a new key that is filed under the old one's fingerprint."""
    old = export["seals"][0]["key"]
    with_another_key(export)
    export["keys"] = {old: list(export["keys"].values())[-1]}


TAMPERINGS: dict[str, tuple[Callable[[Export], Any], str]] = {
    "a text": (lambda e: row(e).update(text=row(e)["text"].replace("refused", "allowed")), "was changed"),
    "a text gone": (lambda e: row(e).update(text=None), "gone"),
    "an id": (lambda e: row(e).update(id=str(new_id())), "another event"),
    "a log": (lambda e: row(e).update(log="ACCESS"), "another event"),
    "a place": (lambda e: row(e).update(position=5), "was changed"),
    "a place outside": (lambda e: row(e).update(position=7), "outside the seal"),
    "a seal": (lambda e: row(e).update(seal=3), "outside the seal"),
    "a seal outside": (lambda e: row(e).update(seal=9), "not in the export"),
    "a proof": (lambda e: row(e)["proof"].__setitem__(0, "00" * 32), "was changed"),
    "a short proof": (lambda e: row(e)["proof"].pop(), "too short"),
    "a long proof": (lambda e: row(e)["proof"].append("00" * 32), "too long"),
    "a root": (lambda e: e["seals"][0].update(root="00" * 32), "signature does not fit"),
    "a time": (lambda e: e["seals"][0].update(at="2026-01-01T00:00:00.000000Z"), "signature does not fit"),
    "a count": (lambda e: e["seals"][0].update(count=9), "signature does not fit"),
    "a signature": (lambda e: e["seals"][1].update(signature="00" * 64), "signature does not fit"),
    "a link": (lambda e: e["seals"][1].update(previous="00" * 32), "signature does not fit"),
    "a seal left out": (lambda e: e["seals"].pop(1), "does not follow"),
    "seals in another order": (lambda e: e["seals"].reverse(), "does not follow"),
    "a key left out": (lambda e: e["keys"].clear(), "is not in the export"),
    "another key": (with_another_key, "nothing announces its key"),
    "a key under another's name": (under_the_old_name, "is not in the export"),
    "another kind": (lambda e: e.update(kind="x"), "not an export"),
    "no rows": (lambda e: e.pop("rows"), "not a whole export"),
    "an added field": (lambda e: e["seals"][0].update(note="x"), "other fields"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERINGS)
def test_an_export_that_somebody_changed_does_not_hold(
    tmp_path: Path, events: list[AuditEvent], what: str
) -> None:
    made = export(event_ids=frozenset(e.pk for e in events))
    tamper, why = TAMPERINGS[what]
    tamper(made)

    code, said = verified(tmp_path, made)

    assert code == 1
    assert said.startswith("DOES NOT HOLD")
    assert why in said


def test_a_chain_relinked_with_the_sealers_own_key_does_not_hold_against_a_root_outside(
    tmp_path: Path, events: list[AuditEvent], sealing_key: SealingKey
) -> None:
    """The one forgery that only a statement from outside can show."""
    kept = statement(4)
    made = export(event_ids=frozenset([events[0].pk]))
    previous = made["seals"][0]["previous"]
    for one in made["seals"]:
        one["previous"] = previous
        if one["seal"] == 2:
            one["at"] = "2026-01-01T00:00:00.000000Z"
        resign(made, sealing_key, one["seal"])
        previous = Statement(**one).digest

    assert verified(tmp_path, made)[0] == 0, "by itself it looks whole"
    code, said = verified(tmp_path, made, kept)
    assert code == 1
    assert "the statement from outside says something else" in said


def test_one_seal_made_anew_with_the_sealers_own_key_breaks_the_chain(
    tmp_path: Path, events: list[AuditEvent], sealing_key: SealingKey
) -> None:
    made = export(event_ids=frozenset([events[0].pk]))
    made["seals"][1]["at"] = "2026-01-01T00:00:00.000000Z"
    resign(made, sealing_key, 3)

    code, said = verified(tmp_path, made)
    assert code == 1
    assert "seal 4: it names another seal as the one before it" in said


def test_statements_that_are_about_other_seals_confirm_nothing(
    tmp_path: Path, events: list[AuditEvent]
) -> None:
    made = export(event_ids=frozenset([events[0].pk]))

    assert verified(tmp_path, made, statement(1))[0] == 1
    assert verified(tmp_path, made, options=("--key", "0" * 32))[0] == 1


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"kind":"isp-portal audit export 1"', "null"])
def test_half_a_file_does_not_hold(tmp_path: Path, broken: str) -> None:
    assert verified(tmp_path, broken)[0] == 1


def test_a_file_that_is_not_there_does_not_hold(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), "absent"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (1, "")


def test_the_verifier_is_short_and_needs_nothing_of_the_portal() -> None:
    text = VERIFIER.read_text()
    imported = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else name.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }

    assert imported == {
        "argparse",
        "hashlib",
        "json",
        "pathlib",
        "sys",
        "typing",
        "cryptography",
        "__future__",
    }
    assert len(text.splitlines()) < 200


# The command


def test_the_command_writes_a_file_for_its_user_alone(
    tmp_path: Path, events: list[AuditEvent], capsys: pytest.CaptureFixture[str]
) -> None:
    change()
    file = tmp_path / "proof.json"
    today = datetime.now(UTC).date()

    call_command("audit_export", str(file), since=today - timedelta(days=1), until=today)

    said = capsys.readouterr().out
    assert "8 events, seals 1 to 4" in said
    assert "1 events are not sealed yet" in said
    assert file.stat().st_mode & 0o077 == 0
    assert verified(tmp_path, file.read_text())[0] == 0
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("audit_export", str(tmp_path / "absent" / "proof.json"))


def test_a_large_seal_is_exported_in_bounded_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST_LEAVES", 16)
    found = many(50)
    seal()

    made = export(event_ids=frozenset(e.pk for e in found))

    assert (len(made["rows"]), len(made["seals"])) == (50, 4)
    assert verified(tmp_path, made)[0] == 0
