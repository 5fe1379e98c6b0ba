"""The two ceremonies of WebAuthn: a key is made for this portal, and later signs its challenge.

A key signs for the address that the browser really shows, so a look-alike page gets nothing that
opens this one. What the browser sends is checked by the `webauthn` library; here stands what the
portal asks for, and that whatever is wrong with an answer is a refusal.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

# How long the browser waits for somebody to find their key
WAITS_MS = 5 * 60 * 1000
LONGEST_ANSWER = 20_000
_CHALLENGE = "passkey_challenge"
# What the library lets through of an answer that is no answer at all
_NONSENSE = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a key is said to have signed, and the challenge that this session gave it."""

    credential: str
    challenge: bytes

    @property
    def credential_id(self) -> bytes:
        """Which key it says it is; empty where it says nothing that can be read."""
        try:
            return parse_authentication_credential_json(self.credential).raw_id
        except _NONSENSE:
            return b""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made for this portal."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that a person has, as the browser needs it to find it."""

    credential_id: bytes
    transports: list[str]


def give_challenge(session: SessionBase) -> bytes:
    """The challenge of this session's pages, the same in each of its tabs until one is answered."""
    known: str = session.get(_CHALLENGE, "") or secrets.token_hex(32)
    session[_CHALLENGE] = known
    return bytes.fromhex(known)


def take_challenge(session: SessionBase) -> bytes:
    """The challenge to judge an answer by; it is used up, whatever the answer."""
    return bytes.fromhex(session.pop(_CHALLENGE, ""))


def creation_options(
    *, user_id: UUID, account: str, known: Iterable[KnownKey], challenge: bytes
) -> str:
    """What the browser is asked to make, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=f"ISP {settings.PARTNERSHIP_NAME}",
        user_id=user_id.bytes,
        user_name=account,
        challenge=challenge,
        timeout=WAITS_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[_descriptor(key) for key in known],
    )
    return webauthn.options_to_json(options)


def request_options(*, known: Iterable[KnownKey], challenge: bytes) -> str:
    """What the browser is asked to have signed, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=challenge,
        timeout=WAITS_MS,
        allow_credentials=[_descriptor(key) for key in known],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options)


def register(credential: str, challenge: bytes) -> NewKey | None:
    """The key that the answer brings, if it was made for this portal on this challenge."""
    if not challenge:
        return None
    try:
        answer = parse_registration_credential_json(credential)
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
        )
    except _NONSENSE:
        return None
    transports = [transport.value for transport in answer.response.transports or []]
    return NewKey(made.credential_id, made.credential_public_key, made.sign_count, transports)


def verify(assertion: Assertion, public_key: bytes, sign_count: int) -> int | None:
    """The key's new count of signatures, if it signed this challenge for this portal's address."""
    if not assertion.challenge:
        return None
    try:
        return webauthn.verify_authentication_response(
            credential=assertion.credential,
            expected_challenge=assertion.challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
        ).new_sign_count
    except _NONSENSE:
        return None


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or ""


def _origin() -> str:
    parts = urlsplit(settings.BASE_URL)
    return f"{parts.scheme}://{parts.netloc}"


def _descriptor(key: KnownKey) -> PublicKeyCredentialDescriptor:
    spoken = {transport.value for transport in AuthenticatorTransport}
    transports = [AuthenticatorTransport(one) for one in key.transports if one in spoken]
    return PublicKeyCredentialDescriptor(id=key.credential_id, transports=transports or None)
