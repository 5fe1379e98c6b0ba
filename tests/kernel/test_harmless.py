"""Files are told by their content, and cleaned where they can do no harm."""

from __future__ import annotations

import io
import resource
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from kernel import harmless
from kernel.harmless import DOCX, ODT, Harmful

PLACE = "Marigold Close"
_TYPES = (
    b'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def clean(kind: str, content: bytes) -> bytes:
    pieces = (content[at : at + 1000_000] for at in range(0, len(content), 1000_000))
    return b"".join(harmless.cleaned(kind, pieces))


def refused(kind: str, content: bytes) -> str:
    with pytest.raises(Harmful) as found:
        clean(kind, content)
    return found.value.code


def photograph(size: tuple[int, int] = (40, 20)) -> bytes:
    """Lying on its side, red at what is its top, with the place it was taken in every way."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 4, size[1]))
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Make] = PLACE
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSMapDatum] = PLACE
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif, comment=PLACE, xmp=f"<x>{PLACE}</x>".encode(), quality=95)
    return made.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            file.writestr(name, content, how)
    return made.getvalue()


def word(**parts: bytes) -> bytes:
    usual = {"[Content_Types].xml": _TYPES, "word/document.xml": b"<w:t>Seen at school</w:t>"}
    return packed(usual | {name.replace("__", "/"): content for name, content in parts.items()})


def odt(**parts: bytes) -> bytes:
    usual = {"mimetype": ODT.encode(), "content.xml": b"<text>Seen at school</text>"}
    return packed(usual | {name.replace("__", "/"): content for name, content in parts.items()})


def report(**root: object) -> bytes:
    """A PDF of one page, with whatever else its catalogue shall hold."""
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Author"] = PLACE
    with document.open_metadata() as metadata:
        metadata["dc:description"] = PLACE
    for name, value in root.items():
        document.Root[f"/{name}"] = value
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (photograph(), "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("Seen by Siân on Monday\r\n".encode(), "text/plain"),
        ("Seen by Siân".encode("cp1252"), "text/plain"),
        (word(), DOCX),
        (odt(), ODT),
        (b"MZ\x90\x00\x03", ""),
        (b"\x7fELF\x02", ""),
        (b"#!/bin/sh\n", ""),
        (b"<!DOCTYPE html><script>", ""),
        (b"\n <svg xmlns=", ""),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', ""),
        (b"{\\rtf1", ""),
        (b"GIF89a", "text/plain"),  # the child looks at all of it
        (packed({"run.exe": b"MZ"}), ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ""),
        (b"Rar!\x1a\x07\x00", ""),
        (b"7z\xbc\xaf\x27\x1c", ""),
        (b"\x1f\x8b\x08\x00", ""),
    ],
)
def test_a_file_is_told_by_its_content(head: bytes, kind: str) -> None:
    assert harmless.kind_of(head[:4096]) == kind


def test_a_photograph_keeps_its_picture_upright_and_loses_its_place() -> None:
    given = photograph()
    assert PLACE.encode() in given

    made = clean("image/jpeg", given)

    assert PLACE.encode() not in made
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.size == (20, 40)
        assert not picture.getexif()
        assert not {"comment", "xmp", "exif"} & set(picture.info)
        red, green, _ = picture.convert("RGB").getpixel((10, 3))  # type: ignore[misc]
        assert red > 200 > green


def test_a_drawing_keeps_what_is_transparent_and_loses_its_texts() -> None:
    texts = PngInfo()
    texts.add_itxt("Description", PLACE)
    made = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 128)).save(made, "PNG", pnginfo=texts, exif=b"Exif\0\0II")

    drawn = clean("image/png", made.getvalue())

    assert PLACE.encode() not in drawn
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.convert("RGBA").getpixel((0, 0)) == (255, 0, 0, 128)


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    assert b"PK\x03\x04" not in clean("image/jpeg", photograph() + packed({"run.exe": b"MZ" * 99}))


def test_a_report_loses_its_author_and_what_would_run() -> None:
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('hello')")
    given = report(OpenAction=script, AcroForm=pikepdf.Dictionary(Fields=pikepdf.Array()))

    made = clean("application/pdf", given)

    with pikepdf.open(io.BytesIO(made)) as document:
        assert len(document.pages) == 1
        assert not document.docinfo
        for name in ("/OpenAction", "/AcroForm", "/Metadata"):
            assert name not in document.Root
    assert PLACE.encode() not in made


def test_what_hangs_on_a_report_is_taken_off_and_its_links_stay() -> None:
    document = pikepdf.new()
    page = document.add_blank_page()
    document.attachments["run.exe"] = pikepdf.AttachedFileSpec(  # type: ignore[call-arg]  # the rest has defaults
        document, b"MZ" + PLACE.encode()
    )
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org/")
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="run.exe")
    page.Annots = pikepdf.Array(
        [
            pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)
            for action in (link, launch)
        ]
    )
    given = io.BytesIO()
    document.save(given)

    made = clean("application/pdf", given.getvalue())

    with pikepdf.open(io.BytesIO(made)) as document:
        assert not document.attachments
        kept, gone = document.pages[0].Annots
        assert kept.A.URI == "https://example.org/"
        assert "/A" not in gone
    assert b"Launch" not in pikepdf_text(made)


def pikepdf_text(made: bytes) -> bytes:
    """With its packed objects laid open."""
    laid = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as document:
        document.save(laid, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return laid.getvalue()


@pytest.mark.parametrize("kind", [DOCX, ODT])
def test_a_letter_keeps_its_words_and_loses_who_wrote_it_where(kind: str) -> None:
    written = (
        {"docProps__core.xml": PLACE.encode(), "word__media__a.jpeg": photograph()}
        if kind == DOCX
        else {"meta.xml": PLACE.encode(), "Pictures__a.jpg": photograph()}
    )
    made = clean(kind, (word if kind == DOCX else odt)(**written))

    with zipfile.ZipFile(io.BytesIO(made)) as file:
        contents = {name: file.read(name) for name in file.namelist()}
    assert any(b"Seen at school" in content for content in contents.values())
    assert not any(PLACE.encode() in content for content in contents.values())
    if kind == ODT:
        assert made[30:38] == b"mimetype"


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        (DOCX, word(word__vbaProject__bin=b"x").replace(b"vbaProject/bin", b"vbaProject.bin"), "ACTIVE"),
        (DOCX, word(word__embeddings__a=b"x"), "ACTIVE"),
        (DOCX, word(word__activeX__a=b"x"), "ACTIVE"),
        (
            DOCX,
            packed(
                {
                    "[Content_Types].xml": _TYPES,
                    "word/_rels/settings.xml.rels": b'<Relationship Type="http://x/attachedTemplate" '
                    b'Target="https://example.org/x.dotm" TargetMode="External"/>',
                }
            ),
            "ACTIVE",
        ),
        (DOCX, packed({"[Content_Types].xml": _TYPES.replace(b"document.main", b"document.macroEnabled.main")}), "ACTIVE"),
        (ODT, odt(Basic__Standard__a=b"x"), "ACTIVE"),
        (ODT, odt(content__x=b'<a xlink:href="vnd.sun.star.script:x"/>'), "ACTIVE"),
        (DOCX, packed({"word/document.xml": b"x"}), "KIND"),
        (DOCX, word()[:-30], "DAMAGED"),
        (DOCX, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ENCRYPTED"),
        ("application/pdf", b"%PDF-1.7\nnothing", "DAMAGED"),
        ("image/png", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "DAMAGED"),
        ("image/jpeg", photograph()[:300], "DAMAGED"),
        ("text/plain", b"fine at first\n" * 400 + b"\x00\x01", "KIND"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_harmless_is_refused_and_said_why(
    kind: str, content: bytes, code: str
) -> None:
    assert refused(kind, content) == code


def test_a_locked_report_is_refused() -> None:
    document = pikepdf.new()
    document.add_blank_page()
    made = io.BytesIO()
    document.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))

    assert refused("application/pdf", made.getvalue()) == "ENCRYPTED"


def bomb_of_pixels(width: int, height: int) -> bytes:
    """A PNG of a few hundred kilobytes that fills gigabytes when it is drawn."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 2_000_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def bomb_of_zeros(megabytes: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", _TYPES)
        with file.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(megabytes):
                part.write(bytes(1024 * 1024))
    return made.getvalue()


def lying(bomb: bytes) -> bytes:
    """The same, telling in both of its lists that the part is small."""
    size = struct.pack("<I", 300 * 1024 * 1024)
    assert bomb.count(size) >= 1
    return bomb.replace(size, struct.pack("<I", 1000))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/png", bomb_of_pixels(30_000, 30_000)),
        (DOCX, bomb_of_zeros(300)),
        (DOCX, packed({"[Content_Types].xml": _TYPES} | {f"word/{n}": b"" for n in range(2_100)})),
    ],
)
def test_a_bomb_is_refused_and_costs_us_nothing(kind: str, content: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert refused(kind, content) == "TOO_MUCH"

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    assert refused(DOCX, lying(bomb_of_zeros(300))) in {"TOO_MUCH", "DAMAGED"}


def test_a_child_that_runs_out_of_memory_is_stopped() -> None:
    """What it was given is larger than what it may hold, however harmless."""
    pieces = (b"seen at school\n" * 70_000 for _ in range(900))

    with pytest.raises(Harmful) as found:
        list(harmless.cleaned("text/plain", pieces))

    assert found.value.code == "TOO_MUCH"


def test_the_child_is_told_nothing_of_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", PLACE)
    child = harmless._start("text/plain")
    process = Path(f"/proc/{child.pid}")
    while b"-I" not in process.joinpath("cmdline").read_bytes():
        time.sleep(0.01)  # it is still a copy of us
    environment = process.joinpath("environ").read_bytes()
    child.kill()
    child.communicate()

    assert PLACE.encode() not in environment
