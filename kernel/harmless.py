"""Telling what a file is by its content, and having it cleaned in a process that can do no harm.

What a browser claims a file to be is never believed. The child process (`kernel.cleaning`) has little
memory and time, and neither our settings, keys, database nor any name.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from kernel import cleaning

# Beside the child's own limit on computing, one on the clock
_PATIENCE = 90
_PIECE = 64 * 1024
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "text/plain": "txt",
    DOCX: "docx",
    ODT: "odt",
}
# Written as text, and yet run or drawn by whatever opens it
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"#!", b"{\\rtf")
_PROBLEMS = {
    0: "KIND",  # nothing was left of it
    cleaning.KIND: "KIND",
    cleaning.ENCRYPTED: "ENCRYPTED",
    cleaning.ACTIVE: "ACTIVE",
    cleaning.TOO_MUCH: "TOO_MUCH",
    cleaning.DAMAGED: "DAMAGED",
}


class Harmful(Exception):
    """A file that is not taken, by a code of ours: nothing of the file is in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of(head: bytes) -> str:
    """Which of the kinds that we take a file seems to be, by its first 4 KiB; "" for every other."""
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"PK\x03\x04"):
        return _packed(head)
    return "text/plain" if _is_text(head) else ""


def _packed(head: bytes) -> str:
    """Office documents are archives: these begin with their type, or hold a list of their parts."""
    if head[30:38] == b"mimetype" and head[38:].startswith(ODT.encode() + b"PK"):
        return ODT
    names = (b"[Content_Types].xml", b"_rels/.rels", b"word/", b"docProps/")
    return DOCX if any(head[30:].startswith(name) for name in names) else ""


def _is_text(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    has_control = any(byte < 32 and byte not in b"\t\n\r\f" for byte in head)
    return not has_control and not start.startswith(_MARKUP)


def cleaned(kind: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The file without what it need not say, piece by piece; raises Harmful before the first piece.

    This process never holds more than one piece of either.
    """
    child = _start(kind)
    timer = threading.Timer(_PATIENCE, child.kill)
    timer.start()
    try:
        _feed(child, pieces)
        first = _read(child)
        if not first:
            raise Harmful(_PROBLEMS.get(child.wait(), "TOO_MUCH"))
        yield first
        while piece := _read(child):
            yield piece
        if child.wait() != 0:
            raise Harmful("TOO_MUCH")
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


def _start(kind: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", str(Path(cleaning.__file__).resolve()), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath},
        cwd="/",
    )


def _feed(child: subprocess.Popen[bytes], pieces: Iterable[bytes]) -> None:
    """It reads everything before it writes, so that neither waits for the other."""
    if child.stdin is None:
        raise ValueError("the child reads from a pipe")
    # A child that has seen enough, or was stopped, no longer reads.
    with suppress(BrokenPipeError):
        for piece in pieces:
            child.stdin.write(piece)
        child.stdin.close()


def _read(child: subprocess.Popen[bytes]) -> bytes:
    return child.stdout.read(_PIECE) if child.stdout else b""
