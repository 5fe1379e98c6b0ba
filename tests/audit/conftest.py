"""A sealing key of the test's own, its public half on the run's key ring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit import keys
from audit.keys import SealingKey


@pytest.fixture
def sealing_key(settings: Any, tmp_path: Path, key_ring: Path) -> Iterator[SealingKey]:
    """The key that seals, as the sealer's host holds it."""
    settings.SEALING_KEY = tmp_path / "sealing"
    key = SealingKey.make()
    keys.store(key, keys.CURRENT)
    yield key
    for path in key_ring.glob("seal-*.pub"):
        path.unlink()
