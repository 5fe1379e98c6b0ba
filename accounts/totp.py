"""Time-based one-time codes (RFC 6238): six digits, thirty seconds, one step of drift either way."""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from urllib.parse import quote, urlencode

import segno
from django_otp.oath import hotp

DIGITS = 6
PERIOD = 30
TOLERANCE = 1


def new_seed() -> bytes:
    """160 bits, the length that RFC 4226 recommends and every authenticator accepts."""
    return secrets.token_bytes(20)


def now_step() -> int:
    return int(time.time()) // PERIOD


def code_at(seed: bytes, step: int) -> str:
    return f"{hotp(seed, step, DIGITS):0{DIGITS}d}"


def matching_step(seed: bytes, code: str, *, after: int) -> int | None:
    """The step whose code this is, if near enough to now and later than the last one used."""
    now = now_step()
    for step in range(max(now - TOLERANCE, after + 1), now + TOLERANCE + 1):
        if hmac.compare_digest(code_at(seed, step), code):
            return step
    return None


def next_code(seed: bytes, *, after: int) -> str:
    """The code to type now: the present one, or the next if the present one was already used."""
    return code_at(seed, max(now_step(), after + 1))


def secret(seed: bytes) -> str:
    """The seed as authenticators take it, in groups of four for reading and typing."""
    text = base64.b32encode(seed).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(seed: bytes, *, issuer: str, account: str) -> str:
    """The otpauth address that a QR code carries."""
    query = {
        "secret": base64.b32encode(seed).decode(),
        "issuer": issuer,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": PERIOD,
    }
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    return f"otpauth://totp/{label}?{urlencode(query, quote_via=quote)}"


def qr_image(text: str) -> str:
    """The text drawn here as an SVG data address: no script and no other host sees the seed."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_data_uri(scale=5, border=4, dark="#0b0c0c", light="#ffffff"))
