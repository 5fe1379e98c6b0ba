"""A protected address, to whom it was released, and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from people.models import AddressRelease, ProtectedAddress
from sharing.models import Request
from sharing.presenters.desks import desk_name
from sharing.presenters.people import PersonView, person_view
from vault import services as vault


@dataclass(frozen=True, slots=True, repr=False)
class ReleaseRow:
    """One release, with why as far as the reader may know."""

    id: UUID
    to: str
    by: str
    at: datetime
    why: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class AddressPage:
    """A protected address on the author's own side."""

    id: UUID
    case_id: UUID
    was_asked: bool
    reference: str
    person: PersonView
    address: str
    releases: tuple[ReleaseRow, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ReleasedPage:
    """A protected address as somebody reads it to whom it was released."""

    reference: str
    person: PersonView
    address: str
    by: str
    agency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReleasedLink:
    """That an address was released to the reader: where to read it."""

    id: UUID
    at: datetime


def address_page(address: ProtectedAddress, opened: vault.Opened) -> AddressPage:
    """Read by queries.addresses, opened by services.open_address."""
    case = address.snapshot.subject.case
    return AddressPage(
        id=address.pk,
        case_id=case.pk,
        was_asked=isinstance(case, Request),
        reference=case.reference,
        person=person_view(address.snapshot, opened),
        address=opened[address.address] or "",
        releases=tuple(_row(one, opened) for one in address.releases.all()),
    )


def released_page(release: AddressRelease, opened: vault.Opened) -> ReleasedPage:
    """Read by queries.releases, opened by services.open_released."""
    return ReleasedPage(
        reference=release.address.snapshot.subject.case.reference,
        person=person_view(release.address.snapshot, opened),
        address=opened[release.address.address] or "",
        by=release.released_by.user.full_name,
        agency=release.released_by.agency.name,
        at=release.released_at,
    )


def released_links(releases: Iterable[AddressRelease]) -> list[ReleasedLink]:
    """Links for the pages about the person."""
    return [ReleasedLink(one.pk, one.released_at) for one in releases]


def _row(release: AddressRelease, opened: vault.Opened) -> ReleaseRow:
    revocation = getattr(release.grant, "revocation", None)
    member = release.membership
    to = desk_name(release.desk) if release.desk else ""
    if member:
        to = f"{member.user.full_name}, {member.agency.name}"
    return ReleaseRow(
        id=release.pk,
        to=to,
        by=release.released_by.user.full_name,
        at=release.released_at,
        why=opened[release.reason] or "",
        ended_at=revocation.revoked_at if revocation else None,
    )
