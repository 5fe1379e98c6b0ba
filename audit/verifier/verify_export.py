"""Checks an export of the Information Sharing Portal's audit. It uses nothing of the portal.

    python3 verify_export.py EXPORT.json --root STATEMENTS [--key FINGERPRINT]

Needs Python 3.10 or later and the package "cryptography". Five things are checked:

1. Each event's text has the hash that, with its proof, leads to the root of its seal
   (Merkle tree of RFC 6962: SHA-256, a leaf begins with byte 0, a node with byte 1).
2. Each seal is signed (Ed25519), and its key is in the export under its own fingerprint.
3. Each seal names the hash of the seal before it, and no number is left out.
4. A key that takes over was announced by an event under the key before it.
5. A seal of the chain is one that left the portal's machine: give --root with a file of
   statements from somewhere else, such as an officer's mailbox or a log host. Without it,
   whoever holds the sealing key could have made all of this today.

It prints what it found, and ends with 0 if everything holds, else with 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization as forms

KIND = "isp-portal audit export 1"
SEAL = "isp-portal audit seal 1"
FIELDS = ("seal", "at", "count", "root", "previous", "key", "signature")
CHANGED = "audit.sealing_key_changed"
EVENT, FACTS = 9, 12  # where the text of a change has the event's name and its facts

Thing = dict[str, Any]


class Wrong(Exception):
    """Something in the export does not hold."""


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def root_of(text: str, position: int, count: int, proof: list[str]) -> str:
    """The root that a leaf and its proof lead to (RFC 9162, 2.1.3.2)."""
    if not 0 <= position < count:
        raise Wrong("its place is outside the seal")
    value, place, last = sha256(b"\0" + text.encode()), position, count - 1
    for step in map(bytes.fromhex, proof):
        if last == 0:
            raise Wrong("its proof is too long")
        if place % 2 or place == last:
            value = sha256(b"\1" + step + value)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            value = sha256(b"\1" + value + step)
        place, last = place // 2, last // 2
    if last:
        raise Wrong("its proof is too short")
    return value.hex()


def signed_text(seal: Thing) -> bytes:
    """The exact bytes that a seal's signature covers."""
    parts = [SEAL, *(seal[name] for name in FIELDS[:-1])]
    return json.dumps(parts, separators=(",", ":")).encode()


def public_keys(export: Thing) -> Thing:
    """The keys of the export, each under the fingerprint of what it really is."""
    keys = {}
    for pem in export["keys"].values():
        key = forms.load_pem_public_key(pem.encode())
        raw = key.public_bytes(forms.Encoding.Raw, forms.PublicFormat.Raw)
        keys[sha256(raw).hex()[:32]] = key
    return keys


def is_signed(key: Any, signature: str, text: bytes) -> bool:
    try:
        key.verify(bytes.fromhex(signature), text)
    except InvalidSignature:
        return False
    return True


def check_seal(seal: Thing, before: Thing | None, keys: Thing) -> None:
    """One seal's signature, and that it follows on the one before it."""
    name = f"seal {seal['seal']}"
    if set(seal) != set(FIELDS):
        raise Wrong(f"{name}: it has other fields than a seal")
    if seal["key"] not in keys:
        raise Wrong(f"{name}: its key {seal['key']} is not in the export")
    if not is_signed(keys[seal["key"]], seal["signature"], signed_text(seal)):
        raise Wrong(f"{name}: its signature does not fit what it says")
    if before and seal["seal"] != before["seal"] + 1:
        raise Wrong(f"{name}: it does not follow on seal {before['seal']}")
    if before and seal["previous"] != sha256(signed_text(before)).hex():
        raise Wrong(f"{name}: it names another seal as the one before it")


def check_row(row: Thing, seal: Thing | None) -> None:
    """One event's text, place and proof against its seal."""
    name = f"{row['log']} event {row['id']}"
    if seal is None:
        raise Wrong(f"{name}: its seal {row['seal']} is not in the export")
    if not isinstance(row["text"], str):
        raise Wrong(f"{name}: its text is gone from the log")
    try:
        root = root_of(row["text"], row["position"], seal["count"], row["proof"])
    except Wrong as wrong:
        raise Wrong(f"{name}: {wrong}") from None
    if root != seal["root"]:
        raise Wrong(f"{name}: it was changed, or is not in seal {row['seal']}")
    said = json.loads(row["text"])
    if (said[0], said[2]) != (row["log"], row["id"]):
        raise Wrong(f"{name}: its text is that of another event")


def statements(paths: list[Path]) -> list[Thing]:
    """Seals in files from outside: bare lines, lines of a log host, or saved messages."""
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line[line.find('{"seal":') :]) for line in lines if '{"seal":' in line]


def check_key_changes(rows: list[Thing], seals: list[Thing], keys: Thing) -> None:
    """Every key but the first was announced by an event, which the one before it signed and sealed."""
    texts = [(row["seal"], json.loads(row["text"])) for row in rows]
    events = [(seal, text[FACTS]) for seal, text in texts if text[EVENT] == CHANGED]
    for before, seal in zip(seals, seals[1:], strict=False):  # noqa: RUF007 - as plain as can be
        new, old = seal["key"], keys[before["key"]]
        said = json.dumps(["isp-portal sealing key 1", new], separators=(",", ":")).encode()
        words = ["".join(facts["signature"]) for at, facts in events if at < seal["seal"]]
        if new != before["key"] and not any(is_signed(old, word, said) for word in words):
            raise Wrong(f"seal {seal['seal']}: nothing announces its key {new}")


def confirmed(by_number: Thing, outside: list[Thing]) -> int:
    """How many seals are what the statements from outside say."""
    held = [one for one in outside if one["seal"] in by_number]
    for one in held:
        if by_number[one["seal"]] != one:
            raise Wrong(f"seal {one['seal']}: the statement from outside says something else")
    return len(held)


def check(export: Thing, outside: list[Thing], key: str | None) -> int:
    """Everything; returns how many seals the statements from outside confirm."""
    if export.get("kind") != KIND:
        raise Wrong(f"this is not an export of the kind {KIND!r}")
    rows, seals, keys = export["rows"], export["seals"], public_keys(export)
    by_number = {seal["seal"]: seal for seal in seals}
    befores = [None, *seals]
    for before, seal in zip(befores, seals, strict=False):
        check_seal(seal, before, keys)
    for row in rows:
        check_row(row, by_number.get(row["seal"]))
    check_key_changes(rows, seals, keys)
    if key and seals and seals[0]["key"] != key:
        raise Wrong(f"the chain begins with key {seals[0]['key']}, not with {key}")
    held = confirmed(by_number, outside)
    if outside and rows and not held:
        raise Wrong("none of the statements from outside is of a seal in this export")
    return held


def main() -> str:
    options = argparse.ArgumentParser(description="Checks an export of the portal's audit.")
    options.add_argument("export", type=Path)
    options.add_argument("--root", type=Path, action="append", default=[], metavar="FILE")
    options.add_argument("--key", metavar="FINGERPRINT", help="the first seal's, if you know it")
    given = options.parse_args()
    export = json.loads(given.export.read_text(encoding="utf-8"))
    held = check(export, statements(given.root), given.key)
    rows, seals = export["rows"], export["seals"]
    numbers = f" ({seals[0]['seal']} to {seals[-1]['seal']})" if seals else ""
    keys = ", ".join(sorted({seal["key"] for seal in seals})) or "none"
    return (
        f"HOLDS: {len(rows)} events under {len(seals)} seals{numbers}.\nKeys: {keys}\n"
        f"Seals that statements from outside confirm: {held}{'' if held else ' (see --root)'}\n"
    )


if __name__ == "__main__":
    try:
        sys.stdout.write(main())
    except Wrong as wrong:
        sys.exit(sys.stdout.write(f"DOES NOT HOLD: {wrong}\n") and 1)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        kind = type(error).__name__
        sys.exit(sys.stdout.write(f"DOES NOT HOLD: not a whole export ({kind}: {error})\n") and 1)
