"""Builds the demonstration partnership by the services that people use, so it obeys their rules.

Each step looks first whether it was done: a load that was killed goes on where it stopped.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts import queries as accounts_queries
from accounts import services as accounts
from accounts.models import User
from agencies import queries, services
from agencies.access import actor_for
from agencies.models import Agency, Invitation, Membership
from agencies.services import Offer
from agencies.tokens import Token
from agreements import services as agreements
from agreements.models import AgreementTier
from agreements.services import AgreementEntry, SignatureEntry
from isp_portal.demo.sources import PASSWORD, Person, organisations, people, signed
from isp_portal.installation import begin
from kernel.actors import Actor, Role
from kernel.models import Installation

_SYSTEM = Actor.system("demonstration")
_AGREEMENT = AgreementEntry(
    title="Worcestershire Safeguarding Children Partnership information sharing agreement",
    tier=AgreementTier.COMMITMENT,
    in_force_from=min(one.signed_on for one in signed()),
    source="Agreement of 1 August 2019, table of signatories",
)


def load() -> None:
    """The organisations, the invented people and the signed agreement."""
    partnership = begin(Installation.Kind.DEMONSTRATION, actor=_SYSTEM)
    coordinator, *others = people()
    keeper = _coordinator(partnership, coordinator)
    agencies = _organisations(keeper) | {partnership.name: partnership}
    for person in others:
        agency = agencies[person.agency]
        inviter = keeper if Role.AGENCY_LEAD in person.roles else _lead_of(agency)
        _member(agency, inviter, person)
    agreements.load_agreement(
        actor=_SYSTEM,
        entry=_AGREEMENT,
        signatures=[
            SignatureEntry(agencies[s.agency].pk, s.signatory, s.role, s.represents, s.signed_on)
            for s in signed()
        ],
    )


def _coordinator(partnership: Agency, person: Person) -> Actor:
    membership = queries.member_of(partnership.pk, person.email)
    if membership is None:
        invitation = services.invite_first_coordinator(
            actor=_SYSTEM, agency=partnership, email=person.email
        )
        membership = _join(invitation, person)
    return _enrolled(membership)


def _organisations(keeper: Actor) -> dict[str, Agency]:
    known = {agency.name: agency for agency in queries.agencies(keeper)}
    for entry, desk in organisations():
        if entry.name not in known:
            known[entry.name] = services.add_agency(actor=keeper, entry=entry, desk=desk)
    return known


def _lead_of(agency: Agency) -> Actor:
    lead = next(p for p in people() if p.agency == agency.name and Role.AGENCY_LEAD in p.roles)
    membership = queries.member_of(agency.pk, lead.email)
    if membership is None:
        raise LookupError(f"{agency} has no lead yet: people.csv names leads first")
    return _acting(membership)


def _member(agency: Agency, inviter: Actor, person: Person) -> None:
    membership = queries.member_of(agency.pk, person.email)
    if membership is None:
        invitation = queries.invitation_waiting(agency.pk, person.email)
        invitation = invitation or _invite(agency, inviter, person)
        membership = _join(invitation, person)
    _enrolled(membership)


def _invite(agency: Agency, inviter: Actor, person: Person) -> Invitation:
    sits = Role.DESK_MEMBER in person.roles
    offer = Offer(
        roles=person.roles,
        tier=person.tier,
        reason=person.reason,
        until_on=timezone.localdate() + timedelta(days=person.days),
        desk_ids=[desk.pk for desk in queries.desks_of(agency)] if sits else [],
        job_title=person.job_title,
    )
    return services.invite(actor=inviter, agency_id=agency.pk, email=person.email, offer=offer)


def _join(invitation: Invitation, person: Person) -> Membership:
    user = accounts_queries.user_by_email(person.email)
    if user is not None:
        return services.join(actor=Actor(user_id=user.pk), token=Token.of(invitation))
    return services.join_with_new_account(
        actor=_SYSTEM,
        token=Token.of(invitation),
        full_name=person.full_name,
        password=PASSWORD,
    )


def _enrolled(membership: Membership) -> Actor:
    """With a second factor whose code `one_time_code` tells."""
    user: User = membership.user
    if not accounts_queries.devices(Actor(user_id=user.pk)).exists():
        accounts.enrol_demo_device(actor=_SYSTEM, user=user)
    return _acting(membership)


def _acting(membership: Membership) -> Actor:
    actor = actor_for(membership.pk)
    if actor is None:
        raise LookupError(f"{membership} confers nothing: was the database edited?")
    return actor
