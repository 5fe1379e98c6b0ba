"""Two stores, spoken to as in real life: a folder, and a bucket over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.conf import LazySettings
from moto.server import ThreadedMotoServer
from pytest_django.plugin import DjangoDbBlocker

from kernel.ids import new_id
from tests.partnership import client_for, partnership
from tests.vault import sample
from tests.vault.files.sample import Paper

__all__ = ["client_for", "partnership"]


@pytest.fixture(scope="session", autouse=True)
def _paper_table(_letter_table: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        sample.make_table(Paper)


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@dataclass
class Folder:
    """What lies in the folder, past the store: an attacker's view of it."""

    root: Path

    def names(self) -> set[str]:
        return {path.name for path in self.root.rglob("*") if path.is_file()}

    def get(self, name: str) -> bytes:
        return (self.root / name[:2] / name).read_bytes()

    def put(self, name: str, content: bytes) -> None:
        (self.root / name[:2] / name).write_bytes(content)

    def lose(self, name: str) -> None:
        (self.root / name[:2] / name).unlink()


@dataclass
class Bucket:
    """What lies in the bucket, past the store."""

    client: Any
    name: str

    def names(self) -> set[str]:
        whole = self.client.list_objects_v2(Bucket=self.name).get("Contents", ())
        begun = self.client.list_multipart_uploads(Bucket=self.name).get("Uploads", ())
        return {one["Key"] for one in whole} | {f"{one['Key']}.part" for one in begun}

    def get(self, name: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=self.name, Key=name)["Body"].read()
        return content

    def put(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=name, Body=content)

    def lose(self, name: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=name)


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Folder:
    settings.FILE_BUCKET = ""
    settings.FILE_STORE = tmp_path / "store"
    return Folder(tmp_path / "store")


@pytest.fixture
def bucket(settings: LazySettings, bucket_server: str) -> Bucket:
    settings.FILE_BUCKET, settings.FILE_BUCKET_URL = f"files-{new_id().hex}", bucket_server
    settings.FILE_BUCKET_REGION = "us-east-1"
    settings.FILE_BUCKET_KEY_ID = settings.FILE_BUCKET_SECRET = "test"
    client = boto3.client(
        "s3",
        endpoint_url=bucket_server,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket=settings.FILE_BUCKET)
    return Bucket(client, settings.FILE_BUCKET)


@pytest.fixture(params=["folder", "bucket"])
def shelf(request: pytest.FixtureRequest) -> Folder | Bucket:
    """Each of the two stores in turn, as somebody sees it who works past the portal."""
    found: Folder | Bucket = request.getfixturevalue(request.param)
    return found
