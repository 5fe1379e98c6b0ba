"""Sealed objects in an S3-compatible bucket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from vault.files.errors import FileMissing, FileTruncated, StoreUnavailable
from vault.files.stores import Beginning, checked

_PIECE = 64 * 1024
# What one part of a large object holds in memory; S3 asks for at least 5 MiB.
_PART = 6 * 1024 * 1024
_MISSING = {"NoSuchKey", "NoSuchUpload", "404"}
_TOO_SHORT = {"InvalidRange", "416"}
_CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 3},
    s3={"addressing_style": "path"},
    # Chunks authenticate themselves, and not every compatible store knows the newer checksums.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class BucketStore:
    """One object a file. Large ones go up in parts, so that memory stays bounded."""

    def __init__(self, bucket: str, url: str, region: str, key_id: str, secret: str) -> None:
        self._bucket = bucket
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=url or None,
            region_name=region or None,
            aws_access_key_id=key_id or None,
            aws_secret_access_key=secret or None,
            config=_CONFIG,
        )

    def create(self, name: str) -> PartsUpload:
        return PartsUpload(self._client, {"Bucket": self._bucket, "Key": checked(name)})

    def beginning(self, name: str, length: int) -> Beginning:
        with _as_store_errors():
            found = self._get(name, 0, length)
            first = found["Body"].read()
        if len(first) < length:
            raise FileTruncated
        return Beginning(first, int(found["ContentRange"].rpartition("/")[2]))

    def read(self, name: str, start: int, length: int) -> Iterator[bytes]:
        with _as_store_errors():
            body = self._get(name, start, length)["Body"]
            try:
                yield from body.iter_chunks(_PIECE)
            finally:
                body.close()

    def delete(self, name: str) -> None:
        at = {"Bucket": self._bucket, "Key": checked(name)}
        with _as_store_errors():
            begun = self._client.list_multipart_uploads(Bucket=self._bucket, Prefix=name)
            for upload in begun.get("Uploads", ()):
                self._client.abort_multipart_upload(**at, UploadId=upload["UploadId"])
            self._client.delete_object(**at)

    def _get(self, name: str, start: int, length: int) -> Any:
        wanted = f"bytes={start}-{start + length - 1}"
        return self._client.get_object(Bucket=self._bucket, Key=checked(name), Range=wanted)


class PartsUpload:
    """Collects a part at a time. What fits into one part goes up as a whole."""

    def __init__(self, client: Any, at: dict[str, str]) -> None:
        self._client, self._at = client, at
        self._held = bytearray()
        self._upload_id = ""
        self._parts: list[dict[str, Any]] = []

    def write(self, sealed: bytes) -> None:
        self._held += sealed
        while len(self._held) >= _PART:
            self._send(bytes(self._held[:_PART]))
            del self._held[:_PART]

    def publish(self) -> None:
        if not self._upload_id:
            with _as_store_errors():
                self._client.put_object(**self._at, Body=bytes(self._held))
            return
        if self._held:
            self._send(bytes(self._held))
        with _as_store_errors():
            self._client.complete_multipart_upload(
                **self._at, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
            )

    def discard(self) -> None:
        self._held.clear()
        if self._upload_id:
            with _as_store_errors():
                self._client.abort_multipart_upload(**self._at, UploadId=self._upload_id)

    def _send(self, part: bytes) -> None:
        with _as_store_errors():
            if not self._upload_id:
                begun = self._client.create_multipart_upload(**self._at)
                self._upload_id = begun["UploadId"]
            number = len(self._parts) + 1
            sent = self._client.upload_part(
                **self._at, UploadId=self._upload_id, PartNumber=number, Body=part
            )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})


@contextmanager
def _as_store_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _MISSING:
            raise FileMissing from None
        raise (FileTruncated if code in _TOO_SHORT else StoreUnavailable(code)) from None
    except (BotoCoreError, OSError) as error:
        raise StoreUnavailable(type(error).__name__) from None
