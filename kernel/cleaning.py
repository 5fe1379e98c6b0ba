"""Makes a file harmless, in a process of its own that this module is the whole program of.

    python -I kernel/cleaning.py image/jpeg < what was uploaded > what is kept

It is given somebody's file, little memory, little time, and nothing else: no network, no settings,
no key, no file name. It reads standard input, writes the clean file to standard output, or says by
its exit code why there is none. `kernel.harmless` starts it.
"""

from __future__ import annotations

import io
import re
import resource
import struct
import sys
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

MEMORY = 768 * 1024 * 1024
SECONDS = 40
# A photograph of 50 megapixels, more than any telephone in use takes
PIXELS = 50_000_000
UNPACKED = 200 * 1024 * 1024
PARTS = 2_000

# Exit codes; 1, and death by a signal, mean that it could not be done within bounds
KIND, ENCRYPTED, ACTIVE, TOO_MUCH, DAMAGED = 10, 11, 12, 13, 14


class Refused(Exception):
    """Why a file is not taken."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def clean_image(given: bytes, kind: str) -> bytes:
    """Only its pixels, upright, written anew: no place, no camera, no text, no second picture."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - each kind loads its own library alone

    name = {"image/jpeg": "JPEG", "image/png": "PNG"}[kind]
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(given), formats=[name]) as opened:
            picture: Any = opened
            with suppress(SyntaxError, ValueError, KeyError, TypeError, struct.error):
                picture = ImageOps.exif_transpose(
                    opened
                )  # a broken note of how it was held costs nothing
            has_alpha = name == "PNG" and picture.has_transparency_data
            picture = picture.convert("RGBA" if has_alpha else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(TOO_MUCH) from None
    except UnidentifiedImageError:
        raise Refused(KIND) from None
    picture.info = {}
    made = io.BytesIO()
    picture.save(made, name, **({"quality": 90} if name == "JPEG" else {"compress_level": 6}))
    return made.getvalue()


def clean_pdf(given: bytes, _kind: str) -> bytes:
    """The same pages without who made them, what would run, and what hangs on them."""
    import pikepdf  # noqa: PLC0415

    try:
        document = pikepdf.open(io.BytesIO(given))
    except pikepdf.PasswordError:
        raise Refused(ENCRYPTED) from None
    except pikepdf.PdfError:
        raise Refused(DAMAGED) from None
    with document:
        if document.is_encrypted:
            raise Refused(ENCRYPTED)
        _strip(document)
        made = io.BytesIO()
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


# What runs, hangs on, or tells who made it; by where it stands
_OF_DOCUMENT = ("/OpenAction", "/AcroForm", "/Collection", "/AF")
_ANYWHERE = ("/Metadata", "/AA", "/JS", "/EF", "/PieceInfo", "/RichMediaContent")
_NAMED = ("/EmbeddedFiles", "/JavaScript")
_DEEPEST = 50


def _strip(document: Any) -> None:
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    _without(document.Root, *_OF_DOCUMENT)
    if "/Names" in document.Root:
        _without(document.Root["/Names"], *_NAMED)
    for found in document.objects:
        _strip_object(found, 0)


def _strip_object(found: Any, depth: int) -> None:
    """Indirect objects are visited one by one: here only what lies directly in one."""
    import pikepdf  # noqa: PLC0415

    if depth > _DEEPEST:
        raise Refused(TOO_MUCH)
    if isinstance(found, pikepdf.Array):
        inside = list(found)
    elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        _without(found, *_ANYWHERE)
        if _acts(found.get("/A")):
            del found["/A"]
        inside = [value for _, value in found.items()]
    else:
        return
    for one in inside:
        if isinstance(one, pikepdf.Object) and not one.is_indirect:
            _strip_object(one, depth + 1)


def _without(found: Any, *names: str) -> None:
    for name in names:
        if name in found:
            del found[name]


def _acts(action: Any) -> bool:
    """An address that a reader may follow, and a jump inside the document, stay."""
    if not hasattr(action, "get") or "/S" not in action:
        return False
    return str(action["/S"]) not in ("/URI", "/GoTo") or "/Next" in action


def clean_text(given: bytes, _kind: str) -> bytes:
    """UTF-8, without what is no text."""
    try:
        text = given.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = given.decode("cp1252", errors="strict") if b"\0" not in given else "\0"
    if re.search(r"[\x00-\x08\x0b\x0e-\x1f]", text):
        raise Refused(KIND)
    return text.encode()


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"
# Parts that run, load or hide something
_ACTIVE_PART = re.compile(
    r"vbaProject|vbaData|activeX|/embeddings/|/ctrlProps/|^Basic/|^Scripts/|^Object |oleObject",
    re.IGNORECASE,
)
# A template, frame or object that a word processor would fetch from elsewhere
_LOADED = re.compile(rb"(attachedTemplate|oleObject|frame|subDocument|externalLink)\"[^>]*External")
_PICTURE = re.compile(r"\.(jpe?g|png)$", re.IGNORECASE)
_PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
_EMPTIED = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'custom-properties"/>',
    "meta.xml": b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"/>',
}


def clean_office(given: bytes, kind: str) -> bytes:
    """The same parts without who wrote it when, provided that none of them runs or loads anything."""
    if given.startswith(b"\xd0\xcf\x11\xe0"):  # an encrypted one is wrapped in the old format
        raise Refused(ENCRYPTED)
    with zipfile.ZipFile(io.BytesIO(given)) as packed:
        parts = packed.infolist()
        _check_parts(packed, parts, kind)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as clean:
            for part in parts:
                _copy_part(packed, clean, part)
    return made.getvalue()


def _check_parts(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo], kind: str) -> None:
    names = [part.filename for part in parts]
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Refused(TOO_MUCH)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(ENCRYPTED)
    if len(set(names)) != len(names) or any(".." in n or n.startswith("/") for n in names):
        raise Refused(DAMAGED)
    if any(_ACTIVE_PART.search(name) for name in names):
        raise Refused(ACTIVE)
    if kind == _DOCX:
        types = packed.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
        if b"macroEnabled" in types:
            raise Refused(ACTIVE)
        is_one = b"wordprocessingml.document.main+xml" in types
    else:
        is_one = names[:1] == ["mimetype"] and packed.read("mimetype") == _ODT.encode()
    if not is_one:
        raise Refused(KIND)


def _copy_part(packed: zipfile.ZipFile, clean: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    content = _EMPTIED.get(part.filename)
    if content is None:
        with packed.open(part) as opened:
            content = opened.read(part.file_size + 1)
        if len(content) > part.file_size:  # it unpacks to more than it says
            raise Refused(TOO_MUCH)
    if part.filename.endswith(".rels") and _LOADED.search(content):
        raise Refused(ACTIVE)
    if b"macro:" in content or b"vnd.sun.star.script:" in content:
        raise Refused(ACTIVE)
    if picture := _PICTURE.search(part.filename):
        content = clean_image(content, _PICTURES[picture[1].lower()])
    how = zipfile.ZIP_STORED if part.filename == "mimetype" else zipfile.ZIP_DEFLATED
    clean.writestr(zipfile.ZipInfo(part.filename), content, how)


CLEANERS: dict[str, Callable[[bytes, str], bytes]] = {
    "application/pdf": clean_pdf,
    "image/jpeg": clean_image,
    "image/png": clean_image,
    "text/plain": clean_text,
    _DOCX: clean_office,
    _ODT: clean_office,
}


def main(kind: str) -> int:
    """One file in, one file out."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        made = CLEANERS[kind](sys.stdin.buffer.read(), kind)
    except Refused as refused:
        return refused.code
    except MemoryError:
        return TOO_MUCH
    except Exception:  # noqa: BLE001 - whatever a library makes of a broken file, nobody reads it here
        return DAMAGED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
