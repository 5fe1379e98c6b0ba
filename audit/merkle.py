"""Merkle trees as in RFC 6962, section 2.1: a root over leaves in order, and proofs of inclusion."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf; the zero before it keeps it apart from the hash of a node."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes; over none, the hash of nothing.

    Joined level by level, with an odd one carried up: the same tree as the RFC's recursion.
    """
    level = list(leaves)
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def proof(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """The hashes that lead from one leaf to the root, lowest first."""
    level, found = list(leaves), []
    while len(level) > 1:
        beside = position ^ 1
        if beside < len(level):
            found.append(level[beside])
        level, position = _level_above(level), position // 2
    return found


def _level_above(level: list[bytes]) -> list[bytes]:
    joined = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=False)]
    return joined + level[len(joined) * 2 :]
