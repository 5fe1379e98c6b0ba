"""A small partnership to test with: who asks, who answers, and who may do neither."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from accounts import totp
from accounts.models import TotpDevice, User
from agencies.access import actor_for
from agencies.middleware import ACTING
from agencies.models import Agency, Desk, Membership
from agencies.sectors import Duty, Kind, Sector
from agencies.services.appointing import appoint, give_clearance, seat
from audit import services as audit
from kernel.actors import Actor, Role
from kernel.attestation import SIGNATURE
from kernel.tiers import Tier

OPERATOR = Actor.system("tests")


@dataclass(frozen=True)
class Player:
    """Somebody of the partnership. `actor` is read anew each time, as on each request."""

    user: User
    membership_id: UUID

    @property
    def actor(self) -> Actor:
        actor = actor_for(self.membership_id)
        assert actor is not None
        return actor


class Partnership(SimpleNamespace):
    """Agencies, their desks and people, by name: partnership.asker, partnership.police_desk."""

    care: Agency
    police: Agency
    charity: Agency
    care_desk: Desk
    police_desk: Desk
    charity_desk: Desk
    asker: Player  # asks for care; cleared for PERSONAL
    asking_colleague: Player  # at the desk behind the asker; SENSITIVE
    decider: Player  # at the police desk; SENSITIVE
    colleague: Player  # beside the decider; SENSITIVE
    uncleared: Player  # beside them without an authorisation
    outsider: Player  # at the charity's desk; SENSITIVE
    lead: Player  # leads the police's people, sits at no desk
    coordinator: Player
    dpo: Player  # of the police


def add_agency(
    name: str, *, kind: Kind = Kind.PUBLIC, duty: Duty = Duty.S11, is_partnership: bool = False
) -> tuple[Agency, Desk]:
    """An agency with its desk, attended on weekdays from nine to five."""
    agency = Agency(
        name=name,
        short_name=name,
        sector=Sector.COUNTY,
        kind=kind,
        duty=duty,
        is_partnership=is_partnership,
    ).attest()
    agency.save(force_insert=True)
    audit.record("agencies.agency_added", actor=OPERATOR, target=agency)
    address = f"desk@{name.lower().replace(' ', '-')}.example"
    return agency, add_desk(agency, "Information desk", mailbox=address, phone="01905 000000")


def add_desk(agency: Agency, name: str, **entry: Any) -> Desk:
    """A further desk, signed and on record as the portal's own service would."""
    desk = Desk(agency=agency, name=name, **entry).attest()
    desk.save(force_insert=True)
    audit.record("agencies.desk_added", actor=OPERATOR, target=desk)
    return desk


def add_person(
    name: str,
    agency: Agency,
    *roles: Role,
    desk: Desk | None = None,
    tier: Tier | None = None,
) -> Player:
    """Somebody of an agency, with roles, a seat and a clearance as the portal itself gives them."""
    email = f"{name.lower().replace(' ', '.')}@{agency.pk.hex}.example"
    user = User(email=email, full_name=name)
    user.set_unusable_password()
    user.attest().save(force_insert=True)
    audit.record("accounts.user_created", actor=OPERATOR, target=user)
    membership = Membership(user=user, agency=agency, roles=sorted(roles))
    membership.attest().save(force_insert=True)
    audit.record("agencies.member_joined", actor=OPERATOR, target=membership)
    appoint(membership)
    if desk:
        seat(membership, [desk.pk], actor=OPERATOR)
    if tier:
        until = timezone.localdate() + timedelta(days=100)
        give_clearance(membership, None, tier, "Their work", until, actor=OPERATOR)
    return Player(user, membership.pk)


@pytest.fixture
def partnership(db: None) -> Partnership:
    """Three agencies that ask and answer, and the partnership's own."""
    care, care_desk = add_agency("Children First")
    police, police_desk = add_agency("County Police", kind=Kind.LAW_ENFORCEMENT)
    charity, charity_desk = add_agency("Little Steps", kind=Kind.CHARITY, duty=Duty.NONE)
    board, _ = add_agency("Safeguarding Board", is_partnership=True)
    at_police = partial(add_person, desk=police_desk, tier=Tier.SENSITIVE)
    return Partnership(
        care=care,
        police=police,
        charity=charity,
        care_desk=care_desk,
        police_desk=police_desk,
        charity_desk=charity_desk,
        asker=add_person("Asha Asker", care, Role.PRACTITIONER, tier=Tier.PERSONAL),
        asking_colleague=add_person(
            "Cole Beside", care, Role.DESK_MEMBER, desk=care_desk, tier=Tier.SENSITIVE
        ),
        decider=at_police("Dee Cider", police, Role.DESK_MEMBER),
        colleague=at_police("Col League", police, Role.DESK_MEMBER),
        uncleared=add_person("Una Cleared", police, Role.DESK_MEMBER, desk=police_desk),
        outsider=add_person(
            "Otto Sider", charity, Role.DESK_MEMBER, desk=charity_desk, tier=Tier.SENSITIVE
        ),
        lead=add_person("Lea Der", police, Role.AGENCY_LEAD, tier=Tier.SENSITIVE),
        coordinator=add_person("Coral Nator", board, Role.COORDINATOR, tier=Tier.PERSONAL),
        dpo=add_person("Dara Officer", police, Role.DPO),
    )


ClientFor = Callable[[Player], Client]


@pytest.fixture
def client_for() -> ClientFor:
    """A browser in which somebody has signed in with both factors and acts for their agency."""

    return sign_in


def sign_in(player: Player) -> Client:
    """A browser as it stands after both factors."""
    client = Client()
    client.force_login(player.user)
    session = client.session
    session["otp_device_id"] = device_of(player.user).persistent_id
    session["proven_at"] = int(time.time())
    session[ACTING] = str(player.membership_id)
    session.save()
    return client


def device_of(user: User) -> TotpDevice:
    found = TotpDevice.objects.filter(user=user, confirmed=True).first()
    if found:
        return found
    device = TotpDevice(user=user, name="Phone", confirmed=True, confirmed_at=timezone.now())
    device.seal_seed(totp.new_seed())
    device.attest().save(force_insert=True)
    audit.record("accounts.device_added", actor=OPERATOR, target=device)
    return device


def set_password(user: User, password: str) -> None:
    """As the portal itself sets it."""
    user.refresh_from_db()
    user.set_password(password)
    user.attest().save(update_fields=["password", *SIGNATURE])
    audit.record("accounts.password_changed", actor=OPERATOR, target=user)


def deactivate(user: User) -> None:
    """Close an account."""
    user.refresh_from_db()
    user.is_active = False
    user.attest().save(update_fields=["is_active", *SIGNATURE])
