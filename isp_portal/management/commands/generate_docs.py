"""Writes the reference documents that come from the code, or says where they lag behind it."""

from __future__ import annotations

import difflib
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from isp_portal.documents import PAGES

FOLDER: Path = settings.BASE_DIR / "docs" / "reference"


class Command(BaseCommand):
    """manage.py generate_docs [--check]"""

    help = "Write docs/reference from the code. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit with 1 if a page lags behind"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        late = [name for name, page in PAGES.items() if _text(FOLDER / name) != page()]
        for name in late:
            if check:
                self.stdout.write(_difference(FOLDER / name, PAGES[name]()))
            else:
                (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
                self.stdout.write(f"wrote docs/reference/{name}")
        if check and late:
            sys.exit(1)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _difference(path: Path, wanted: str) -> str:
    """What is to change, line by line, and how to have it changed."""
    names = (f"{path.name} as it stands", f"{path.name} as the code says: ./portal fix")
    before, after = _text(path).splitlines(), wanted.splitlines()
    return "\n".join(difflib.unified_diff(before, after, *names, lineterm="", n=1))
