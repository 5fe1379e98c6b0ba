"""Sending a request: a frozen, sealed snapshot of what its author knew and chose to tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agencies import attendance
from agencies import queries as agencies
from agencies.models import Agency, Desk
from audit import services as audit
from consent.services import FamilyAccount, record_position
from kernel import outbox
from kernel.actors import Actor
from kernel.ids import new_reference
from kernel.tiers import Tier
from people.around import Surroundings
from people.identity import Identity
from people.services import make_findable, record_surroundings, take_snapshot
from sharing import footing, policies, queries
from sharing.models import Ask, AskSubject, Draft, Request, Subject
from sharing.services.attending import nobody_there
from sharing.services.conflicts import keep_members_from
from sharing.services.drafting import own_readers
from sharing.services.passing import pass_on
from sharing.states import DRAFT_WORKFLOW, Category, DraftStatus, Urgency
from vault import services as vault
from vault.models import Dossier, Safe


@dataclass(frozen=True, slots=True, repr=False)
class RequestInput:
    """Everything a request says. Holds plain text: never log or store it.

    `desks` maps each desk to the places (in `people`) of those it is asked about.
    """

    people: Sequence[Identity]
    desks: Mapping[UUID, Sequence[int]]
    purpose_id: UUID
    tier: Tier
    categories: Sequence[Category]
    urgency: Urgency
    why: str
    family: FamilyAccount
    # Whether the named fallback takes over where nobody is
    may_pass_on: bool = True
    # What is said around each of the people, in their order
    surroundings: Sequence[Surroundings] = ()
    # The memberships of those who must not learn of it
    kept_from: Sequence[UUID] = ()

    def around(self, place: int) -> Surroundings:
        """What is said around the person in that place."""
        return self.surroundings[place] if place < len(self.surroundings) else Surroundings()


@transaction.atomic
def send_request(*, actor: Actor, draft_id: UUID, wanted: RequestInput) -> Request:
    """Send what was written. A second press returns the request that the first one sent."""
    drafts = queries.drafts(actor).select_related("desk").select_for_update(of=("self",))
    draft = drafts.get(pk=draft_id)
    if draft.status == DraftStatus.USED:
        return queries.requests(actor).get(draft=draft)
    policies.can_edit_draft(actor, draft).require()

    info_request = _create_request(actor, draft, wanted)
    subjects = _create_subjects(actor, info_request, wanted)
    # Before anybody is told that something waits
    keep_members_from(actor=actor, dossier=info_request.dossier, membership_ids=wanted.kept_from)
    _create_asks(actor, info_request, subjects, wanted)
    DRAFT_WORKFLOW.apply("use", draft, ended_at=timezone.now())
    audit.record(
        "sharing.request.sent",
        actor=actor,
        target=info_request,
        urgency=wanted.urgency,
        tier=int(wanted.tier),
        desks=list(wanted.desks),
    )
    return info_request


def _create_request(actor: Actor, draft: Draft, wanted: RequestInput) -> Request:
    dossier = vault.create_dossier(actor=actor, kind="sharing.request")
    safe = _narrative_safe(actor, dossier, draft, wanted)
    info_request = Request(
        reference=new_reference(),
        draft=draft,
        dossier=dossier,
        safe=safe,
        asking_agency_id=actor.member.agency_id,
        asking_desk=draft.desk,
        asked_by_id=actor.member.membership_id,
        sent_at=timezone.now(),
        purpose_id=wanted.purpose_id,
        tier=wanted.tier,
        categories=list(wanted.categories),
        urgency=wanted.urgency,
        family=record_position(actor=actor, safe=safe, account=wanted.family),
    )
    vault.Sealer(safe, actor=actor).seal(safe, info_request, Tier.SENSITIVE, why=wanted.why)
    info_request.save(force_insert=True)
    return info_request


def _narrative_safe(actor: Actor, dossier: Dossier, draft: Draft, wanted: RequestInput) -> Safe:
    """Every desk that is asked reads why, and how the family stands."""
    readers = [vault.Reader.desk(desk_id, Tier.SENSITIVE) for desk_id in wanted.desks]
    readers += [r for r in own_readers(draft.desk) if r.holder_id not in wanted.desks]
    return vault.create_safe(actor=actor, dossier=dossier, kind="NARRATIVE", readers=readers)


def _create_subjects(actor: Actor, info_request: Request, wanted: RequestInput) -> list[Subject]:
    """One safe per person: a desk opens only those it is asked about."""
    subjects = []
    own = own_readers(info_request.asking_desk)
    for place, identity in enumerate(wanted.people):
        asked = [desk_id for desk_id, places in wanted.desks.items() if place in places]
        readers = [vault.Reader.desk(desk_id, Tier.PERSONAL) for desk_id in asked]
        snapshot = take_snapshot(
            actor=actor,
            dossier=info_request.dossier,
            identity=identity,
            readers=[*readers, *own],
            own_readers=own,
        )
        cleared = [vault.Reader.desk(desk_id, Tier.SENSITIVE) for desk_id in asked]
        record_surroundings(
            actor=actor, snapshot=snapshot, said=wanted.around(place), readers=[*cleared, *own]
        )
        subjects.append(Subject(request=info_request, snapshot=snapshot, position=place))
    return Subject.objects.bulk_create(subjects)


def _create_asks(
    actor: Actor, info_request: Request, subjects: list[Subject], wanted: RequestInput
) -> None:
    """One for each desk; and each agency finds again whom it asks or is asked about."""
    on = timezone.localdate()
    clock = queries.clock(wanted.urgency, on)
    footings = queries.footings(on)
    asking = Agency.objects.get(pk=actor.member.agency_id)
    desks = _desks(actor, wanted)
    hours = attendance.hours_of(desks)
    fallbacks = attendance.fallbacks_in_use(desks) if wanted.may_pass_on else {}
    asks = []
    for desk in desks:
        mine, theirs = footing.bases(info_request.purpose, footings, asking, desk.agency, on)
        ask = Ask.objects.create(
            request=info_request,
            desk=desk,
            fallback=fallbacks.get(desk.pk),
            **clock.times(info_request.sent_at, hours[desk.pk]),
            asking_basis=mine.to_json(),
            holding_basis=theirs.to_json(),
        )
        AskSubject.objects.bulk_create(
            AskSubject(ask=ask, subject=subjects[place]) for place in wanted.desks[desk.pk]
        )
        outbox.enqueue("sharing.ask_sent", actor=actor, key=str(ask.pk), ask_id=ask.pk)
        asks.append(ask)
    make_findable(
        actor=actor,
        found_by=[
            (subject.snapshot, identity, {asking.pk, *_agencies_asked(asks, wanted, place)})
            for place, (subject, identity) in enumerate(zip(subjects, wanted.people, strict=True))
        ],
    )
    if wanted.urgency is Urgency.RED:
        _pass_on_at_once(actor, asks)


def _pass_on_at_once(actor: Actor, asks: list[Ask]) -> None:
    """Where a child may be in danger, nothing waits for a desk to open that names a fallback."""
    empty = nobody_there(asks, timezone.now())
    for ask in asks:
        if ask.fallback and ask.pk in empty:
            pass_on(actor=actor, ask_id=ask.pk)


def _agencies_asked(asks: Iterable[Ask], wanted: RequestInput, place: int) -> set[UUID]:
    """Those that are asked about a person, and those that take over from them."""
    about = [ask for ask in asks if place in wanted.desks[ask.desk_id]]
    taking_over = {ask.fallback.agency_id for ask in about if ask.fallback}
    return {ask.desk.agency_id for ask in about} | taking_over


def _desks(actor: Actor, wanted: RequestInput) -> list[Desk]:
    """The desks that still take requests; raises Denied if one has closed meanwhile."""
    found = list(agencies.open_desks(actor).filter(pk__in=wanted.desks))
    policies.desks_are_open(len(found) == len(wanted.desks)).require()
    policies.desks_are_genuine(found).require()
    return found
