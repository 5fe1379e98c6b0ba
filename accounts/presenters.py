"""What the account pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from django.conf import settings

from accounts import passkeys, policies, queries, totp
from accounts.models import Passkey, Session, TotpDevice, User
from kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One authenticator app, passkey or security key."""

    id: UUID
    name: str
    kind: str
    added_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser that is signed in. Its key is nowhere in it."""

    id: UUID
    browser: str
    started_at: datetime
    last_seen_at: datetime
    is_this_one: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Everything on a person's account page."""

    full_name: str
    email: str
    devices: Sequence[DeviceRow]
    can_add_device: bool
    can_remove_device: bool
    codes_left: int
    sessions: Sequence[SessionRow]

    @property
    def is_signed_in_elsewhere(self) -> bool:
        return len(self.sessions) > 1


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator needs, as a picture, as text, and as settings to choose."""

    qr_image: str
    secret: str
    account: str
    issuer: str
    digits: int
    period: int


def account_page(actor: Actor, this_session: UUID | None) -> AccountPage:
    """The account of whoever acts: five queries, however many devices and sessions."""
    user = queries.own_user(actor).get()
    devices = [_device(device, "Authenticator app") for device in queries.devices(actor)]
    devices += [_device(key, "Passkey or security key") for key in queries.passkeys(actor)]
    return AccountPage(
        full_name=user.full_name,
        email=user.email,
        devices=devices,
        can_add_device=bool(policies.can_add_device(len(devices))),
        can_remove_device=bool(policies.can_remove_device(len(devices))),
        codes_left=queries.recovery_codes_left(actor),
        sessions=[_session(session, this_session) for session in queries.sessions(actor)],
    )


def enrolment(user: User, device: TotpDevice) -> Enrolment:
    """The offered device's seed, for the page that offers it."""
    seed = device.open_seed()
    # Authenticators show the issuer beside the code; a colon would end it.
    issuer = f"ISP {settings.PARTNERSHIP_NAME}".replace(":", " ")
    return Enrolment(
        qr_image=totp.qr_image(totp.address(seed, issuer=issuer, account=user.email)),
        secret=totp.secret(seed),
        account=user.email,
        issuer=issuer,
        digits=totp.DIGITS,
        period=totp.PERIOD,
    )


def passkey_creation(actor: Actor, *, challenge: bytes) -> str:
    """What the page's script asks the browser to make."""
    user = queries.own_user(actor).get()
    return passkeys.creation_options(
        user_id=user.pk,
        account=user.email,
        known=[key.known() for key in queries.passkeys(actor)],
        challenge=challenge,
    )


def _device(device: TotpDevice | Passkey, kind: str) -> DeviceRow:
    return DeviceRow(device.pk, device.name, kind, device.confirmed_at, device.last_used_at)


def _session(session: Session, this_session: UUID | None) -> SessionRow:
    return SessionRow(
        id=session.pk,
        browser=session.browser,
        started_at=session.started_at,
        last_seen_at=session.last_seen_at,
        is_this_one=session.pk == this_session,
    )


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """New recovery codes, to be written down, printed or saved as a file."""

    codes: Sequence[str]

    @property
    def file(self) -> str:
        """A text file as a data address: made here, saved by the browser, stored by neither."""
        lines = [f"Recovery codes, {settings.BASE_URL}", "Each code works once.", "", *self.codes]
        return f"data:text/plain;charset=utf-8,{quote(chr(10).join(lines) + chr(10))}"
