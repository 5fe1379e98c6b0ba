"""Recovery copies of the key ring: any m of n custodians together can restore it, no fewer.

A key pair is made once. Its private half is shared out as words on paper (SLIP-39) and kept nowhere;
its public half lies beside the ring. So a copy can be made at each rotation without any custodian.
"""

from __future__ import annotations

import io
import os
import secrets
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyrage
from django.db import transaction
from pyrage import x25519
from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from audit import services as audit
from kernel.actors import Actor
from kernel.keys import Key, KeyRing, Purpose, key_from_file, ring
from vault import age
from vault.models import KeyEncryptionKey, RecoveryCopy
from vault.states import KeyStatus

RECIPIENT_FILE = "recovery.age-recipient"
MOST_SHARES = 16  # SLIP-39's own limit
_LARGEST_KEY_FILE = 200


class RecoveryFailed(Exception):
    """A recovery that cannot go on. The text tells a custodian what to do; it quotes no word."""


class Sheets(NamedTuple):
    """What setting up gives: the public half to keep, and one sheet of words for each custodian."""

    recipient: str
    words: list[str]


def share_out(*, shares: int, needed: int) -> Sheets:
    """Make a key pair and share its private half out. Nothing is stored: see `adopt`."""
    if not 2 <= needed <= shares <= MOST_SHARES:
        raise RecoveryFailed(
            f"At least 2 custodians are needed, no more than there are, and no more than {MOST_SHARES}"
        )
    secret = secrets.token_bytes(32)
    (words,) = generate_mnemonics(1, [(needed, shares)], secret)
    if combine_mnemonics(words[-needed:]) != secret:
        raise RecoveryFailed("The words made do not give the key back. Use none of them, try again")
    return Sheets(str(age.identity(secret).to_public()), words)


@transaction.atomic
def adopt(*, actor: Actor, recipient: str, replace: bool = False) -> None:
    """Make copies for this key pair from now on. The sheets of an earlier one open earlier copies."""
    file = ring().folder / RECIPIENT_FILE
    if file.exists() and not replace:
        raise RecoveryFailed(
            "Custodians hold sheets already. To share out a new recovery key, say --replace"
        )
    active = KeyEncryptionKey.objects.get(status=KeyStatus.ACTIVE)
    audit.record("vault.recovery_set_up", actor=actor, target=active, recipient=recipient)
    _write_new(file.with_suffix(".new"), recipient.encode())
    file.with_suffix(".new").replace(file)


@transaction.atomic
def copy_ring(*, actor: Actor, file: Path) -> RecoveryCopy:
    """Write the whole ring into one file that the custodians' key opens, and note what it holds."""
    recipient = _recipient()
    destroyed = KeyEncryptionKey.objects.filter(status=KeyStatus.DESTROYED)
    gone = set(destroyed.values_list("fingerprint", flat=True))
    keys = [key for key in ring().on_disk() if key.fingerprint not in gone]
    row = RecoveryCopy.objects.create(
        fingerprints=sorted(key.fingerprint for key in keys), recipient=str(recipient)
    )
    audit.record("vault.recovery_copied", actor=actor, target=row, keys=len(keys))
    _write_new(file, pyrage.encrypt(_archive(keys), [recipient]))
    return row


def read_sheet(words: str) -> Share:
    """One sheet as it was typed; raises RecoveryFailed where a word is wrong."""
    try:
        return Share.from_mnemonic(" ".join(words.lower().split()))
    except MnemonicError:
        raise RecoveryFailed(
            "This sheet was not typed as it was printed: a word is wrong, missing or in another "
            "place. Type it again"
        ) from None


def open_copy(content: bytes, sheets: Sequence[Share]) -> list[Key]:
    """The keys in a recovery copy; raises RecoveryFailed where sheets and copy do not belong."""
    try:
        secret = combine_mnemonics([sheet.mnemonic() for sheet in sheets])
    except MnemonicError:
        raise RecoveryFailed(
            "These sheets do not make one key: they are too few, or from different sets"
        ) from None
    try:
        archive = pyrage.decrypt(content, [age.identity(secret)])
    except pyrage.DecryptError:
        raise RecoveryFailed(
            "The sheets fit together, but not to this file: it was made for another set of sheets, "
            "or it is damaged"
        ) from None
    return list(_keys_in(archive))


def restore(*, keys: Sequence[Key], folder: Path) -> list[Key]:
    """Write keys into a ring's folder; tells which were new. Nothing that is there is replaced."""
    target = KeyRing(folder)
    there = {key.file_name: key for key in target.on_disk()}
    other = [key.file_name for key in keys if there.get(key.file_name, key) != key]
    if other:
        raise RecoveryFailed(
            f"{folder} holds other keys under the same names ({', '.join(other)}). "
            "Nothing was written. Restore into an empty folder"
        )
    new = [key for key in keys if key.file_name not in there]
    for key in new:
        target.add(key)
    return new


@transaction.atomic
def record_restoring(*, actor: Actor, keys: Sequence[Key]) -> None:
    """Note in the audit that a ring was restored, where the database can be reached."""
    active = KeyEncryptionKey.objects.get(status=KeyStatus.ACTIVE)
    keks = [key.id for key in keys if key.purpose is Purpose.KEK]
    audit.record("vault.recovery_restored", actor=actor, target=active, keks=keks)


def _recipient() -> x25519.Recipient:
    file = ring().folder / RECIPIENT_FILE
    if not file.exists():
        raise RecoveryFailed("No custodian holds a sheet yet. Run recovery-setup first")
    return x25519.Recipient.from_str(file.read_text().strip())


def _archive(keys: Sequence[Key]) -> bytes:
    """The ring as a tar file: what `age --decrypt` gives unpacks into a ring without the portal."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for key in keys:
            entry = tarfile.TarInfo(key.file_name)
            entry.size, entry.mode = len(key.to_file()), 0o600
            archive.addfile(entry, io.BytesIO(key.to_file()))
    return packed.getvalue()


def _keys_in(packed: bytes) -> Iterator[Key]:
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for entry in archive:
            file = archive.extractfile(entry) if entry.isfile() else None
            key = file and key_from_file(entry.name, file.read(_LARGEST_KEY_FILE))
            if key:
                yield key


def _write_new(file: Path, content: bytes) -> None:
    """A file that this system user alone reads; raises FileExistsError rather than replace one."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
