"""Everything that the database and the broker hold, as text to search in."""

from __future__ import annotations

import base64
import binascii
import os
import re
import zlib
from collections.abc import Iterator

import redis
from psycopg2 import sql

from tests import database

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")


def of_database() -> str:
    """Every row of every table, with byte columns, base64 and compressed values read as well."""
    with database.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = []
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(table)))
            rows += [row for (row,) in cursor.fetchall()]
    return _with_everything_inside("\n".join(rows))


def of_broker() -> str:
    """Every key and value that Valkey holds."""
    broker = redis.Redis.from_url(os.environ["REDIS_URL"])
    dumps = [key + b" " + (broker.dump(key) or b"") for key in broker.scan_iter()]
    return _with_everything_inside("\n".join(one.decode("latin-1") for one in dumps))


def _with_everything_inside(text: str) -> str:
    return "\n".join([text, *_decoded(text)])


def _decoded(text: str) -> Iterator[str]:
    for digits in re.findall(r"\\x([0-9a-f]+)", text):
        yield bytes.fromhex(digits).decode("latin-1")
    for run in _BASE64.findall(text):
        yield from _from_base64(run)


def _from_base64(run: str) -> Iterator[str]:
    padded = run.rstrip("=") + "=" * (-len(run.rstrip("=")) % 4)
    try:
        content = base64.urlsafe_b64decode(padded.replace("+", "-").replace("/", "_"))
    except (ValueError, binascii.Error):
        return
    yield content.decode("latin-1")
    try:
        yield zlib.decompress(content).decode("latin-1")
    except zlib.error:
        return
