"""Any m of n custodians restore the ring from a copy; fewer, strangers and guessers do not."""

from __future__ import annotations

import io
import itertools
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.core.management import CommandError
from django.db import OperationalError
from shamir_mnemonic import combine_mnemonics

from audit.models import AuditEvent
from kernel.keys import KeyRing, Purpose, ring
from tests.vault.conftest import WORDS, People, body_for
from tests.vault.keys import Custodian
from tests.vault.sample import Letter
from vault import age, recovery
from vault.models import RecoveryCopy
from vault.recovery import RecoveryFailed


def sheets_in(printed: str) -> list[str]:
    """The words of each sheet, as a custodian would copy them off the terminal."""
    sheets = []
    for part in printed.split("--- Sheet ")[1:]:
        lines = itertools.takewhile(bool, part.splitlines()[1:])
        sheets.append(" ".join(w for line in lines for w in line.split() if w.isalpha()))
    return sheets


@pytest.fixture
def sheets(custodian: Custodian) -> list[str]:
    return sheets_in(custodian.says("recovery-setup", "--shares", "5", "--needed", "3"))


@pytest.fixture
def copy(custodian: Custodian, sheets: list[str], tmp_path: Path) -> Path:
    file = tmp_path / "ring.age"
    custodian.says("recovery-copy", str(file))
    return file


def type_in(monkeypatch: pytest.MonkeyPatch, *sheets: str) -> None:
    typed = io.StringIO("".join(f"{sheet}\n" for sheet in sheets))
    monkeypatch.setattr("sys.stdin", typed)


def on_disk(folder: Path) -> set[tuple[str, str]]:
    return {(key.file_name, key.fingerprint) for key in KeyRing(folder).on_disk()}


def test_the_whole_circle(
    custodian: Custodian,
    people: People,
    letter: Letter,
    sheets: list[str],
    copy: Path,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The ring is lost with its host; three custodians meet, and what was sealed is read again."""
    before, body = on_disk(settings.KEY_RING), letter.body
    shutil.rmtree(settings.KEY_RING)
    settings.KEY_RING = tmp_path / "new host" / "ring"
    type_in(monkeypatch, sheets[4], sheets[0], sheets[2])

    said = custodian.says("recovery-restore", str(copy))

    assert f"Restored {len(before)} keys" in said
    assert on_disk(settings.KEY_RING) == before
    assert ring().readable_by_others() == []
    assert body_for(people.author, letter) == WORDS
    assert body.blob == Letter.objects.get().body.blob
    event = AuditEvent.objects.get(event="vault.recovery_restored")
    assert event.facts["keks"] == [custodian.first]


def test_any_three_sheets_do_and_no_two(sheets: list[str], copy: Path) -> None:
    content, read = copy.read_bytes(), [recovery.read_sheet(one) for one in sheets]

    for three in itertools.combinations(read, 3):
        assert len(recovery.open_copy(content, three)) == len(ring().on_disk())
    for two in itertools.combinations(read, 2):
        with pytest.raises(RecoveryFailed, match="too few"):
            recovery.open_copy(content, two)


def test_too_few_sheets_restore_nothing(
    custodian: Custodian,
    sheets: list[str],
    copy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    type_in(monkeypatch, sheets[0], sheets[1])

    with pytest.raises(CommandError, match="Only 2 sheets were typed"):
        custodian.says("recovery-restore", str(copy), "--into", str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_the_same_sheet_typed_three_times_is_one_sheet(
    custodian: Custodian, sheets: list[str], copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, sheets[0], sheets[0], sheets[0])

    with pytest.raises(CommandError, match="Only 1 sheets"):
        custodian.says("recovery-restore", str(copy))


def test_a_sheet_typed_wrongly_is_asked_for_again_without_quoting_it(
    custodian: Custodian,
    sheets: list[str],
    copy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = sheets[0].split()
    swapped = " ".join([words[1], words[0], *words[2:]])
    missing, strange = " ".join(words[:-1]), " ".join([*words[:-1], "aaliyah"])
    shouted = f"  {sheets[2].upper()}  "
    type_in(monkeypatch, swapped, missing, strange, "", sheets[0], sheets[1], shouted)

    said = custodian.says("recovery-restore", str(copy), "--into", str(tmp_path / "new"))

    assert "Restored" in said
    for wrong in (swapped, missing, strange, ""):
        with pytest.raises(RecoveryFailed, match="a word is wrong") as failed:
            recovery.read_sheet(wrong)
        assert "aaliyah" not in str(failed.value)


def test_sheets_of_another_set_open_nothing(
    custodian: Custodian, sheets: list[str], copy: Path
) -> None:
    others = [recovery.read_sheet(one) for one in recovery.share_out(shares=5, needed=3).words]
    mine = [recovery.read_sheet(one) for one in sheets]

    with pytest.raises(RecoveryFailed, match="not to this file"):
        recovery.open_copy(copy.read_bytes(), others[:3])
    with pytest.raises(RecoveryFailed, match="from different sets"):
        recovery.open_copy(copy.read_bytes(), [*mine[:2], others[2]])


def test_a_damaged_copy_says_so(sheets: list[str], copy: Path) -> None:
    read = [recovery.read_sheet(one) for one in sheets[:3]]

    for content in (copy.read_bytes()[:-1], b"", b"no age file"):
        with pytest.raises(RecoveryFailed, match="or it is damaged"):
            recovery.open_copy(content, read)


def test_a_copy_needs_no_custodian_and_holds_the_whole_ring(
    custodian: Custodian, sheets: list[str], copy: Path, tmp_path: Path
) -> None:
    custodian.rotate()
    custodian.says("recovery-copy", str(tmp_path / "second.age"))

    read = [recovery.read_sheet(one) for one in sheets[1:4]]
    keys = recovery.open_copy((tmp_path / "second.age").read_bytes(), read)

    assert {key.file_name for key in keys} == {key.file_name for key in ring().on_disk()}
    assert {key.purpose for key in keys} == set(Purpose)


def test_a_copy_leaves_out_what_was_destroyed_and_says_which_copies_must_go(
    custodian: Custodian, sheets: list[str], copy: Path, tmp_path: Path
) -> None:
    custodian.rotate()
    custodian.let_window_pass()
    assert "Delete the copy" not in custodian.says("status")
    custodian.destroy(custodian.first)  # its file is there until it is purged
    custodian.says("recovery-copy", str(tmp_path / "second.age"))

    read = [recovery.read_sheet(one) for one in sheets[:3]]
    keys = recovery.open_copy((tmp_path / "second.age").read_bytes(), read)
    assert custodian.first not in {key.id for key in keys}
    assert custodian.says("status").count("Delete the copy") == 1


def test_nothing_is_written_over(
    custodian: Custodian, sheets: list[str], copy: Path, settings: Any
) -> None:
    with pytest.raises(CommandError, match="File exists"):
        custodian.says("recovery-copy", str(copy))
    (settings.KEY_RING / f"kek-{custodian.first}.key").unlink()
    other = ring().create(Purpose.KEK)
    there = settings.KEY_RING / f"kek-{custodian.first}.key"
    (settings.KEY_RING / other.file_name).rename(there)
    content = there.read_bytes()
    keys = recovery.open_copy(copy.read_bytes(), [recovery.read_sheet(s) for s in sheets[:3]])

    with pytest.raises(RecoveryFailed, match="Nothing was written"):
        recovery.restore(keys=keys, folder=settings.KEY_RING)
    assert there.read_bytes() == content


def test_restoring_twice_changes_nothing(sheets: list[str], copy: Path, tmp_path: Path) -> None:
    keys = recovery.open_copy(copy.read_bytes(), [recovery.read_sheet(s) for s in sheets[:3]])

    assert len(recovery.restore(keys=keys, folder=tmp_path / "new")) == len(keys)
    assert recovery.restore(keys=keys, folder=tmp_path / "new") == []


def test_a_ring_is_restored_where_there_is_no_database_yet(
    custodian: Custodian,
    sheets: list[str],
    copy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(**_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(recovery, "record_restoring", fail)
    type_in(monkeypatch, *sheets[:3])

    said = custodian.says("recovery-restore", str(copy), "--into", str(tmp_path / "new"))

    assert "note in your own log" in said
    assert on_disk(tmp_path / "new")


def test_an_archive_writes_nothing_but_keys_and_nothing_outside_the_ring(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in ("../kek-1.key", "/kek-2.key", "notes.txt", "kek-..key", "kek-3.key"):
            entry = tarfile.TarInfo(name)
            entry.size = 44
            archive.addfile(entry, io.BytesIO(b"A" * 43 + b"="))
        link = tarfile.TarInfo("kek-4.key")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)

    assert [key.id for key in recovery._keys_in(packed.getvalue())] == ["3"]


# What is kept, and what is not


def test_the_private_half_is_kept_nowhere(
    custodian: Custodian, sheets: list[str], copy: Path, settings: Any
) -> None:
    secret = combine_mnemonics(sheets[:3])
    lines = [secret, secret.hex().encode(), age.identity_text(secret).encode()]
    kept = b"".join(file.read_bytes() for file in settings.KEY_RING.iterdir())
    kept += copy.read_bytes() + repr(list(AuditEvent.objects.values())).encode()

    assert not any(line in kept for line in lines)
    recipient = (settings.KEY_RING / recovery.RECIPIENT_FILE).read_text()
    assert (
        recipient == str(age.identity(secret).to_public()) == RecoveryCopy.objects.get().recipient
    )


def test_sheets_are_not_shared_out_a_second_time_by_mistake(
    custodian: Custodian, sheets: list[str], settings: Any
) -> None:
    file = settings.KEY_RING / recovery.RECIPIENT_FILE
    before = file.read_text()

    with pytest.raises(CommandError, match="--replace"):
        custodian.says("recovery-setup")
    assert file.read_text() == before
    assert len(sheets_in(custodian.says("recovery-setup", "--replace"))) == 5
    assert file.read_text() != before


def test_status_warns_until_a_copy_holds_every_key(custodian: Custodian, tmp_path: Path) -> None:
    assert "There is no recovery copy" in custodian.says("status")
    custodian.says("recovery-setup")
    custodian.says("recovery-copy", str(tmp_path / "one.age"))
    assert "recovery copy (" not in custodian.says("status")
    second = custodian.publish()

    assert f"lacks kek-{second}.key" in custodian.says("status")
    assert f"lacks kek-{second}.key" in custodian.says("activate")
    custodian.says("recovery-copy", str(tmp_path / "two.age"))
    assert "lacks" not in custodian.says("status")


# Without the portal


def test_our_identity_is_written_as_age_writes_it() -> None:
    for number in range(200):
        secret = bytes([number]) * 31 + bytes([255 - number])
        assert str(pyrage.x25519.Identity.from_str(age.identity_text(secret))) == (
            age.identity_text(secret)
        )


@pytest.mark.skipif(not shutil.which("age"), reason="needs the age tool")
def test_the_age_tool_and_tar_restore_the_ring_without_the_portal(
    custodian: Custodian, sheets: list[str], copy: Path, settings: Any, tmp_path: Path
) -> None:
    identity, folder = tmp_path / "identity.txt", tmp_path / "by hand"
    identity.write_text(age.identity_text(combine_mnemonics(sheets[2:])))
    folder.mkdir(mode=0o700)

    plain = subprocess.run(
        ["age", "--decrypt", "--identity", identity, copy], check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=plain, check=True)

    assert on_disk(folder) == on_disk(settings.KEY_RING)
