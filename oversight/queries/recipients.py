"""Whom parked messages were for, and what about: what the coordinator needs in order to ring them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from agencies.models import Agency, Desk, Invitation, Membership
from kernel.models import OutboxMessage
from oversight.queries.names import people
from sharing.models import Answer, Ask, Share


@dataclass(frozen=True, slots=True)
class Recipients:
    """Rows that parked messages name, by id."""

    members: dict[UUID, Membership] = field(default_factory=dict)
    desks: dict[UUID, Desk] = field(default_factory=dict)
    desks_of: dict[UUID, list[Desk]] = field(default_factory=dict)
    asks: dict[UUID, Ask] = field(default_factory=dict)
    answers: dict[UUID, Answer] = field(default_factory=dict)
    shares: dict[UUID, Share] = field(default_factory=dict)
    invitations: dict[UUID, Invitation] = field(default_factory=dict)
    users: dict[UUID, User] = field(default_factory=dict)
    # Whose action promised the message
    actors: dict[UUID, str] = field(default_factory=dict)
    agencies: dict[UUID, str] = field(default_factory=dict)


def recipients(messages: Sequence[OutboxMessage]) -> Recipients:
    """A few queries, however many messages."""
    ids = _ids(messages)
    found = Membership.objects.select_related("user", "agency").in_bulk(ids["holder_id"])
    desks = Desk.objects.select_related("agency")
    asks = Ask.objects.select_related("request__asked_by__user", "request__asking_agency")
    asks = asks.select_related("desk__agency")
    answers = Answer.objects.select_related("ask__request", "share").in_bulk(ids["target_id"])
    invitations = Invitation.objects.select_related("agency").in_bulk(ids["invitation_id"])
    return Recipients(
        members=found,
        desks=desks.in_bulk(ids["holder_id"]),
        desks_of=_desks_of({one.agency_id for one in found.values()}),
        asks=asks.in_bulk(ids["ask_id"] | ids["target_id"]),
        answers=answers,
        shares=_shares().in_bulk(ids["share_id"]),
        invitations=invitations,
        users=User.objects.in_bulk(ids["user_id"]),
        actors=people(ids["by"]),
        agencies=dict(Agency.objects.filter(pk__in=ids["for"]).values_list("pk", "short_name")),
    )


def _shares() -> QuerySet[Share]:
    return Share.objects.select_related("shared_by__user", "from_agency", "from_desk__agency")


def _ids(messages: Iterable[OutboxMessage]) -> dict[str, set[UUID]]:
    """Ids in the payloads by what they name, and those of whoever made the promise."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for message in messages:
        for name, value in message.payload.items():
            if name.endswith("_id"):
                found[name].add(UUID(value))
        if message.user_id:
            found["by"].add(message.user_id)
        if message.agency_id:
            found["for"].add(message.agency_id)
    return found


def _desks_of(agency_ids: Iterable[UUID]) -> dict[UUID, list[Desk]]:
    """The desks by which people are rung: nobody's own number is on record."""
    desks: dict[UUID, list[Desk]] = defaultdict(list)
    found = Desk.objects.filter(agency__in=list(agency_ids)).select_related("agency")
    for desk in found.order_by("name", "pk"):
        desks[desk.agency_id].append(desk)
    return desks
