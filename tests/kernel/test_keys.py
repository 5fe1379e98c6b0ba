"""The key ring: files that only the portal's system user reads, and that never show their content."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from kernel.keys import KeyRing, Purpose, UnknownKey


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def keys(folder: Path) -> KeyRing:
    return KeyRing(folder)


def test_only_the_owner_of_the_process_can_read_folder_and_files(
    keys: KeyRing, folder: Path
) -> None:
    key = keys.create(Purpose.KEK)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / f"kek-{key.id}.key").stat().st_mode) == 0o600
    assert keys.readable_by_others() == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_reach_is_found(keys: KeyRing, folder: Path, mode: int) -> None:
    key = keys.create(Purpose.KEK)
    (folder / f"kek-{key.id}.key").chmod(mode)

    assert keys.readable_by_others() == [f"kek-{key.id}.key"]


def test_a_folder_that_others_can_reach_is_found(keys: KeyRing, folder: Path) -> None:
    keys.create(Purpose.KEK)
    folder.chmod(0o755)

    assert keys.readable_by_others() == ["keys"]


def test_a_folder_that_does_not_exist_yet_exposes_nothing(keys: KeyRing) -> None:
    assert keys.readable_by_others() == []


def test_a_kill_while_a_key_is_written_leaves_no_key(
    keys: KeyRing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))

    with pytest.raises(KeyboardInterrupt):
        keys.create(Purpose.KEK)

    assert KeyRing(folder).ids_on_disk(Purpose.KEK) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"AAAA", b"not base64 at all!", base64.urlsafe_b64encode(b"k" * 31), b"\xff" * 44],
)
def test_a_file_that_is_no_whole_key_is_ignored(
    keys: KeyRing, folder: Path, content: bytes
) -> None:
    good = keys.create(Purpose.KEK)
    (folder / "kek-ffff.key").write_bytes(content)

    fresh = KeyRing(folder)

    assert fresh.newest(Purpose.KEK).id == good.id
    with pytest.raises(UnknownKey):
        fresh.get(Purpose.KEK, "ffff")


def test_files_of_no_known_purpose_are_ignored(keys: KeyRing, folder: Path) -> None:
    keys.create(Purpose.KEK)
    (folder / "other-1.key").write_bytes(base64.urlsafe_b64encode(b"k" * 32))
    (folder / "readme.txt").write_text("backup of the ring")

    assert len(KeyRing(folder).ids_on_disk(Purpose.KEK)) == 1


def test_a_key_typed_into_its_file_with_a_line_break_is_read(folder: Path) -> None:
    folder.mkdir()
    (folder / "kek-1.key").write_bytes(base64.urlsafe_b64encode(b"k" * 32) + b"\n")

    assert KeyRing(folder).get(Purpose.KEK, "1").material == b"k" * 32


def test_another_process_reads_the_same_key(keys: KeyRing, folder: Path) -> None:
    key = keys.create(Purpose.ATTEST)

    assert KeyRing(folder).get(Purpose.ATTEST, key.id).material == key.material


def test_a_key_added_by_another_process_is_found_when_it_is_asked_for(
    keys: KeyRing, folder: Path
) -> None:
    keys.create(Purpose.KEK)
    added = KeyRing(folder).create(Purpose.KEK)

    assert keys.get(Purpose.KEK, added.id).material == added.material


def test_a_known_key_is_not_read_from_disk_again(keys: KeyRing, folder: Path) -> None:
    key = keys.create(Purpose.KEK)
    (folder / f"kek-{key.id}.key").unlink()

    assert keys.get(Purpose.KEK, key.id) == key


def test_new_work_uses_the_newest_key(keys: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for number in range(3):
        monkeypatch.setattr("kernel.ids.time.time_ns", lambda n=number: (n + 1) * 10**15)
        made.append(keys.create(Purpose.ATTEST))

    assert keys.newest(Purpose.ATTEST) == made[-1]
    assert all(keys.get(Purpose.ATTEST, one.id) == one for one in made)


def test_no_key_serves_two_purposes(keys: KeyRing) -> None:
    key = keys.create(Purpose.KEK)

    with pytest.raises(UnknownKey):
        keys.get(Purpose.ATTEST, key.id)
    with pytest.raises(UnknownKey):
        keys.newest(Purpose.ATTEST)


def test_a_key_never_shows_its_material(keys: KeyRing) -> None:
    key = keys.create(Purpose.KEK)
    shown = f"{key} {key!r} {[key]} {keys.__dict__}"

    for secret in (key.material.hex(), repr(key.material), base64.b64encode(key.material).decode()):
        assert secret not in shown
    assert key.id in str(key)


def test_fingerprints_tell_keys_apart_and_not_what_they_are(keys: KeyRing, folder: Path) -> None:
    one, two = keys.create(Purpose.KEK), keys.create(Purpose.KEK)

    assert one.fingerprint == KeyRing(folder).get(Purpose.KEK, one.id).fingerprint
    assert one.fingerprint != two.fingerprint
    assert len(one.fingerprint) == 32
    assert one.material.hex()[:8] not in one.fingerprint


def test_keys_are_32_random_bytes(keys: KeyRing) -> None:
    made = {keys.create(Purpose.KEK).material for _ in range(20)}

    assert len(made) == 20
    assert {len(one) for one in made} == {32}
