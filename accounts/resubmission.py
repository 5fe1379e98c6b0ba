"""What somebody posted after their session had ended, kept for them in the page itself.

The words are sealed for the person whose session it was, travel through the sign-in form as an
unreadable field, and are offered again once the same person has signed in with both factors. The
server keeps nothing, and nobody else who signs in on that screen can read them.
"""

from __future__ import annotations

import json
import time
import zlib
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from accounts.sealing import Unreadable, from_text, seal, to_text, unseal

USE = "kept form"
# Long enough to find one's telephone, short enough that a forgotten tab forgets.
LASTS_SECONDS = 60 * 60
# A sealed field travels in forms that may hold 2.5 MB in all.
LARGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it was posted, and where to."""

    path: str
    fields: list[tuple[str, str]]


def keep(request: HttpRequest, owner: UUID) -> str:
    """The posted form sealed for its owner; nothing where it is too large to carry."""
    names = [name for name in request.POST if name != "csrfmiddlewaretoken"]
    fields = [(name, value) for name in names for value in request.POST.getlist(name)]
    plain = json.dumps([int(time.time()), request.get_full_path(), fields]).encode()
    kept = to_text(*seal(USE, zlib.compress(plain), owner))
    return kept if len(kept) <= LARGEST else ""


def reopen(kept: str, person: UUID) -> KeptForm | None:
    """The form, if it was this person's and is fresh."""
    try:
        plain = zlib.decompress(unseal(USE, *from_text(kept), person))
    except Unreadable:
        return None
    kept_at, path, fields = json.loads(plain)
    if time.time() - kept_at > LASTS_SECONDS:
        return None
    return KeptForm(path, [(name, value) for name, value in fields])
