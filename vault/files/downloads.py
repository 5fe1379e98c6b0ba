"""A sealed file as an HTTP answer: streamed, in ranges, and never a short file that looks whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from audit.models import AccessKind
from kernel.actors import Actor
from kernel.decisions import Denied, deny
from vault.errors import VaultError
from vault.files.errors import StoreUnavailable
from vault.files.reading import FileReader, open_file
from vault.opening import Why
from vault.sealed import DAMAGED, DESTROYED, UNAVAILABLE, Sealed, Withheld

Response = TypeVar("Response", bound=HttpResponseBase)
# Types that a browser or office program opens without running anything of ours
KNOWN_TYPES = {
    "application/pdf",
    "application/rtf",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "audio/mpeg",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/csv",
    "text/plain",
    "video/mp4",
}
_UNKNOWN_TYPE = "application/octet-stream"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# What separates folders or means something to a shell or an old file system
_RESERVED = re.compile(r'[/\\:*?"<>|]')
_LONGEST_NAME = 150
_REASONS = {
    DESTROYED: "This file was destroyed when its time was over",
    DAMAGED: "This file is not what was sent, so it is not shown. The damage was reported. "
    "Ask whoever sent it to send it again",
    UNAVAILABLE: "This file cannot be reached at the moment. Try again in a few minutes",
}


class Part(NamedTuple):
    """Which bytes were asked for."""

    start: int
    stop: int


class Unsatisfiable(Exception):
    """The range begins behind the end."""


def file_response(
    request: HttpRequest,
    actor: Actor,
    why: Why,
    sealed: Sealed | None,
    *,
    receipt: Callable[[frozenset[UUID]], None] | None = None,
) -> HttpResponseBase:
    """Answer GET or HEAD with a file. What the reader may not open is not there (404); what was
    destroyed or damaged says so.

    HEAD tells the name alone, and is on record as that. A chunk that turns out damaged half-way
    ends the connection before the announced length: every browser shows a failed download.
    """
    is_head = request.method == "HEAD"
    kind = AccessKind.LISTED if is_head else AccessKind.OPENED
    if sealed is None:
        raise Http404
    try:
        reader = open_file(actor, why, sealed, kind=kind, receipt=None if is_head else receipt)
        if isinstance(reader, Withheld):
            raise _refusal(reader)
        return _headers_alone(reader) if is_head else _body(request, reader)
    except StoreUnavailable:
        raise _refusal(UNAVAILABLE) from None


def _refusal(marker: Withheld) -> Exception:
    """What is withheld is not there; of anything else its reader is told."""
    if marker in _REASONS:
        return Denied(deny(f"file_{marker.code}", _REASONS[marker]))
    return Http404()


def _headers_alone(reader: FileReader) -> HttpResponse:
    response = HttpResponse()
    response["Content-Length"] = reader.size
    return _with_headers(response, reader)


def _body(request: HttpRequest, reader: FileReader) -> HttpResponseBase:
    try:
        part = _asked_for(request, reader)
    except Unsatisfiable:
        nothing = HttpResponse(status=416, headers={"Content-Range": f"bytes */{reader.size}"})
        return _with_headers(nothing, reader)
    start, stop = part or Part(0, reader.size)
    try:
        response = StreamingHttpResponse(_begun(reader.chunks(start, stop)))
    except VaultError:
        raise _refusal(DAMAGED) from None
    if part is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{reader.size}"
    response["Content-Length"] = stop - start
    return _with_headers(response, reader)


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks, the first of them opened by now: damage there is still a page of its own."""
    first = next(chunks, b"")

    def pass_on() -> Iterator[bytes]:
        yield first
        yield from chunks

    return pass_on()


def _with_headers(response: Response, reader: FileReader) -> Response:
    known = reader.content_type in KNOWN_TYPES
    response["Content-Type"] = reader.content_type if known else _UNKNOWN_TYPE
    named = content_disposition_header(as_attachment=True, filename=safe_name(reader.name))
    response["Content-Disposition"] = named or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = f'"{reader.etag}"'
    return response


def _asked_for(request: HttpRequest, reader: FileReader) -> Part | None:
    """The one range that was asked for; None where all is meant (RFC 9110, 14.2 and 13.1.5)."""
    header, unless = request.headers.get("Range", ""), request.headers.get("If-Range")
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if not found or (unless is not None and unless != f'"{reader.etag}"'):
        return None
    first, last = found.groups()
    if first:
        return _from_to(int(first), int(last) if last else None, reader.size)
    return _final(int(last), reader.size) if last else None


def _from_to(first: int, last: int | None, size: int) -> Part | None:
    if last is not None and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Part(first, size if last is None else min(last + 1, size))


def _final(length: int, size: int) -> Part | None:
    if length == 0:
        raise Unsatisfiable
    return Part(max(size - length, 0), size) if size else None


def safe_name(name: str) -> str:
    """The file's name without what could mislead: folders, control and direction characters."""
    visible = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    plain = _RESERVED.sub("_", visible).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return plain[:_LONGEST_NAME] or "file"
    return f"{stem[: _LONGEST_NAME - len(ending)]}.{ending}"
