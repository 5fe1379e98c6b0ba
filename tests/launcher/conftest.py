"""A portal's folder for one test, beside the others so that PostgreSQL's system user can enter it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from uuid import uuid4

import pytest

from launcher.place import RUN, Place
from launcher.processes import stop_leftovers
from launcher.progress import Progress
from launcher.secret_files import SecretFiles


@pytest.fixture
def place() -> Iterator[Place]:
    place = Place(RUN / f"try-{uuid4().hex[:8]}")
    place.make()
    yield place
    stop_leftovers(place)
    shutil.rmtree(place.root)


@pytest.fixture
def secrets(place: Place) -> SecretFiles:
    return SecretFiles(place.secrets)


@pytest.fixture
def progress() -> Progress:
    return Progress(started=0)
