"""Keys made by the program, and the short references that people quote to each other."""

import secrets
import time
from uuid import UUID

# Crockford's alphabet without Z: no I, L, O or U, so that a reference survives a telephone line,
# and 31 characters, a prime, so that the check character catches every single slip.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_CONFUSED = str.maketrans("ILO", "110")


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sortable by time, and known before the row's text is sealed."""
    milliseconds = time.time_ns() // 1_000_000
    number = milliseconds << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76  # version 7
    number = number & ~(0x3 << 62) | 0x2 << 62  # variant
    return UUID(int=number)


def new_reference() -> str:
    """A reference such as ISP-7Q3K-92M: six random characters and a check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(6))
    text = body + _check_character(body)
    return f"ISP-{text[:4]}-{text[4:]}"


def tidy_reference(typed: str) -> str | None:
    """What somebody typed or wrote down, as we store it; None if it cannot be one of ours."""
    text = "".join(c for c in typed.upper() if c.isalnum())
    text = text.removeprefix("ISP") if len(text) == 10 else text
    text = text.translate(_CONFUSED)
    if len(text) != 7 or any(c not in ALPHABET for c in text):
        return None
    if _check_character(text[:6]) != text[6]:
        return None
    return f"ISP-{text[:4]}-{text[4:]}"


def _check_character(body: str) -> str:
    """Weighted sum modulo 31: any one wrong or two swapped characters change it."""
    return ALPHABET[sum(w * ALPHABET.index(c) for w, c in enumerate(body, 1)) % 31]
