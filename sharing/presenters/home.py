"""What waits for somebody, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from agencies.authority import authority_of
from agencies.models import Membership
from kernel.actors import Actor, Role
from kernel.presenting import Due, date_long, due
from kernel.tiers import Tier
from people.models import IdentitySnapshot
from sharing import policies
from sharing.models import Ask, Draft, Recipient
from sharing.policies.emergency import REVIEWERS
from sharing.presenters.desk import AskRow, ask_rows, snapshots_of
from sharing.presenters.desks import desk_name
from sharing.presenters.people import person_view
from sharing.presenters.shares import ShareRow, share_rows
from sharing.presenters.shares import snapshots_of as snapshots_of_shares
from sharing.states import DraftKind
from vault import services as vault

# Long enough to arrange the next authorisation before the last one ends
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True, repr=False)
class OwedRow:
    """A desk that still owes an answer."""

    id: UUID
    names: tuple[str, ...]
    reference: str
    desk: str
    due: Due


@dataclass(frozen=True, slots=True)
class DraftRow:
    """Something half written."""

    what: str
    begun_at: datetime
    href: str


class Card(NamedTuple):
    """A number that waits, and where it leads; `kind` colours it."""

    number: int
    text: str
    href: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the queries found, before anything is opened."""

    asks: Sequence[Ask]
    shares: Sequence[Recipient]
    owed: Sequence[Ask]
    drafts: Sequence[Draft]
    counts: dict[str, int]

    def snapshots(self) -> list[IdentitySnapshot]:
        """Everybody named on the page."""
        return [
            *snapshots_of(self.asks),
            *snapshots_of_shares(self.shares),
            *snapshots_of(self.owed),
        ]


@dataclass(frozen=True, slots=True)
class AuthorisationNote:
    """That somebody may soon, or already, read no more than the lowest tier, and whom to ask."""

    text: str
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class HomePage:
    """All of it, the overdue first."""

    cards: tuple[Card, ...]
    asks: tuple[AskRow, ...]
    shares: tuple[ShareRow, ...]
    owed: tuple[OwedRow, ...]
    drafts: tuple[DraftRow, ...]
    note: AuthorisationNote | None
    not_sent: int
    is_at_desk: bool
    may_ask: bool
    leads: bool

    @property
    def is_empty(self) -> bool:
        return not (self.asks or self.shares or self.owed or self.drafts or self.not_sent)


def home_page(
    actor: Actor, waiting: Waiting, opened: vault.Opened, note: AuthorisationNote | None
) -> HomePage:
    """One person's home page."""
    now = timezone.now()
    return HomePage(
        cards=tuple(_cards(actor, waiting.counts)),
        asks=tuple(ask_rows(actor, waiting.asks, opened)),
        shares=tuple(share_rows(waiting.shares, opened)),
        owed=tuple(_owed(ask, opened, now) for ask in waiting.owed),
        drafts=tuple(map(_draft, waiting.drafts)),
        note=note,
        not_sent=waiting.counts["not_sent"],
        is_at_desk=bool(actor.desk_ids),
        may_ask=bool(policies.can_ask(actor)),
        leads=bool(policies.can_see_desks_work(actor)),
    )


def authorisation_lapse(acting: Membership, today: date) -> str:
    """What to say of an authorisation that is missing or ends soon; nothing while all is well."""
    authorisation = authority_of(acting, today).authorisation
    if authorisation is None:
        return (
            "You have no authorisation to read more than anonymised information at a desk. "
            "You can still ask, and open what is addressed to you by name."
        )
    if authorisation.until_on - today > SOON:
        return ""
    tier = Tier(authorisation.tier).label.lower()
    return f"Your authorisation to read {tier} information ends on {date_long(authorisation.until_on)}."


def _cards(actor: Actor, counts: dict[str, int]) -> Iterable[Card]:
    if actor.desk_ids:
        queue = reverse("sharing:queue")
        yield Card(counts["overdue"], "overdue at your desk", f"{queue}?due=overdue", "overdue")
        yield Card(counts["today"], "due today", f"{queue}?due=today", "due_soon")
        yield Card(counts["later"], "due later", f"{queue}?due=later")
        yield Card(counts["unclaimed"], "that nobody has claimed", f"{queue}?who=unclaimed")
        yield Card(counts["mine"], "that you are answering", f"{queue}?who=mine")
    shares = reverse("sharing:shares")
    yield Card(counts["unread"], "shared with you, not opened", f"{shares}?show=unread")
    if counts["put_right"]:
        waiting = reverse("sharing:waiting_right")
        yield Card(counts["put_right"], "put right: say that you know", waiting, "overdue")
    if counts["disputed"]:
        disputed = reverse("sharing:escalations")
        yield Card(counts["disputed"], "disagreements that you take part in", disputed, "due_soon")
    if counts["incidents"]:
        running = f"{reverse('incidents:incidents')}?show=running"
        yield Card(counts["incidents"], "incidents to decide", running, "overdue")
    if actor.holds(Role.AGENCY_LEAD):
        asked = f"{reverse('guidance:advices')}?status=WAITING&whose=others"
        yield Card(counts["advice"], "questions to you as designated lead", asked)
    if actor.holds(*REVIEWERS):
        late = f"{reverse('sharing:emergency')}?show=waiting"
        yield Card(counts["emergencies"], "emergency openings to review", late, "due_soon")
    if actor.holds(Role.COORDINATOR):
        post = reverse("oversight:post")
        yield Card(counts["not_sent"], "messages that could not be sent", post, "overdue")


def _owed(ask: Ask, opened: vault.Opened, now: datetime) -> OwedRow:
    return OwedRow(
        id=ask.pk,
        names=tuple(person_view(one, opened).name for one in snapshots_of([ask])),
        reference=ask.request.reference,
        desk=desk_name(ask.desk),
        due=due(ask.due_at, now, ask.nearly_at),
    )


def _draft(draft: Draft) -> DraftRow:
    if draft.kind == DraftKind.SHARE:
        href = reverse("sharing:share_draft", args=[draft.pk])
        return DraftRow("Information to share", draft.begun_at, href)
    if draft.ask is None:
        return DraftRow("A request", draft.begun_at, reverse("sharing:draft", args=[draft.pk]))
    what = f"An answer to {draft.ask.request.reference}"
    return DraftRow(what, draft.begun_at, reverse("sharing:ask", args=[draft.ask_id]))
