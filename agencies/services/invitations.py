"""Inviting people, and their joining. An invitation is the specific authorisation of D17."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.models import User
from accounts.queries import own_user
from agencies import policies, queries
from agencies.authority import Authority, authority_of
from agencies.models import Agency, Invitation, Membership
from agencies.services.appointing import appoint, give_clearance, seat
from agencies.tokens import Token
from audit import services as audit
from kernel import outbox
from kernel.actors import Actor, Role
from kernel.attestation import SIGNATURE
from kernel.decisions import Denied
from kernel.tiers import Tier

LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation offers: roles and desks, and a tier for a reason until a date."""

    roles: list[Role]
    tier: Tier
    reason: str
    until_on: date
    desk_ids: list[UUID]
    job_title: str = ""


@transaction.atomic
def invite(*, actor: Actor, agency_id: UUID, email: str, offer: Offer) -> Invitation:
    """Invite somebody to an agency; the message with the link goes out after the commit."""
    agencies = queries.agencies(actor).select_for_update(of=("self",), no_key=True)
    agency = agencies.get(pk=agency_id)
    inviter = queries.acting(actor)
    policies.can_invite(actor, agency).require()
    policies.can_offer(actor, agency, offer.roles).require()
    policies.can_invite_address(inviter.user.email, email).require()
    policies.is_new_here(
        is_member=queries.member_of(agency.pk, email) is not None,
        is_invited=queries.invitation_waiting(agency.pk, email) is not None,
    ).require()
    invitation = _offer(agency, email, offer, inviter)
    _record_invitation(actor, invitation)
    _send(actor, invitation)
    return invitation


@transaction.atomic
def invite_first_coordinator(*, actor: Actor, agency: Agency, email: str) -> Invitation:
    """Begin a real installation: the operator invites whoever will invite everybody else."""
    policies.can_begin(agency, has_coordinator=queries.has_coordinator()).require()
    _withdraw_earlier(actor, agency)
    offer = Offer(
        roles=[Role.AGENCY_LEAD, Role.COORDINATOR],
        tier=Tier.PERSONAL,
        reason="First coordinator of the partnership",
        until_on=timezone.localdate() + timedelta(days=365),
        desk_ids=list(agency.desks.values_list("pk", flat=True)),
    )
    invitation = _offer(agency, email, offer, None)
    _record_invitation(actor, invitation)
    return invitation


@transaction.atomic
def cancel_invitation(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Take an invitation back: its link no longer opens."""
    invitation = _locked(actor, invitation_id)
    policies.can_change_invitation(actor, invitation).require()
    return _cancel(actor, invitation)


@transaction.atomic
def send_again(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Send a new link for another week; the link sent before no longer opens."""
    invitation = _locked(actor, invitation_id)
    policies.can_change_invitation(actor, invitation).require()
    invitation.expires_at = timezone.now() + LIFETIME
    invitation.sendings += 1
    invitation.attest().save(update_fields=["expires_at", "sendings", *SIGNATURE])
    audit.record("agencies.invitation_sent_again", actor=actor, target=invitation)
    _send(actor, invitation)
    return invitation


@transaction.atomic
def join_with_new_account(
    *, actor: Actor, token: Token, full_name: str, password: str
) -> Membership:
    """Accept an invitation as somebody who has no account yet."""
    invitation = _opened(token)
    policies.can_accept(invitation, invitation.email, timezone.now()).require()
    user = accounts.create_user(
        actor=actor, email=invitation.email, full_name=full_name, password=password
    )
    return _accept(Actor(user_id=user.pk), invitation, user)


@transaction.atomic
def join(*, actor: Actor, token: Token) -> Membership:
    """Accept an invitation as somebody who is signed in already."""
    invitation = _opened(token)
    user = own_user(actor).get()
    policies.can_accept(invitation, user.email, timezone.now()).require()
    return _accept(actor, invitation, user)


def _locked(actor: Actor, invitation_id: UUID) -> Invitation:
    return queries.invitations(actor).select_for_update(of=("self",)).get(pk=invitation_id)


def _withdraw_earlier(actor: Actor, agency: Agency) -> None:
    """The operator asks again: what was printed before no longer opens."""
    earlier = Invitation.objects.filter(
        agency=agency, invited_by=None, accepted_at=None, cancelled_at=None
    )
    for invitation in earlier.select_for_update():
        _cancel(actor, invitation)


def _cancel(actor: Actor, invitation: Invitation) -> Invitation:
    invitation.cancelled_at = timezone.now()
    invitation.attest(even_if_forged=True).save(update_fields=["cancelled_at", *SIGNATURE])
    audit.record("agencies.invitation_cancelled", actor=actor, target=invitation)
    return invitation


def _opened(token: Token) -> Invitation:
    """The invitation under lock, so that a link pressed twice makes one member."""
    invitation = queries.invitation_of(token).select_for_update(of=("self",)).first()
    if invitation is None:
        raise Denied(policies.OLD_LINK)
    return invitation


def _accept(actor: Actor, invitation: Invitation, user: User) -> Membership:
    policies.can_join(invitation, user.pk, inviter=_authority_of_inviter(invitation)).require()
    policies.is_new_here(
        is_member=queries.member_of(invitation.agency_id, user.email) is not None, is_invited=False
    ).require()
    membership = Membership(
        user=user,
        agency=invitation.agency,
        roles=sorted(invitation.roles),
        job_title=invitation.job_title,
    )
    membership.attest().save(force_insert=True)
    joined = replace(actor, membership_id=membership.pk, agency_id=membership.agency_id)
    audit.record(
        "agencies.member_joined", actor=joined, target=membership, invitation=invitation.pk
    )
    _confer(joined, invitation, membership)
    invitation.accepted_at = timezone.now()
    invitation.membership = membership
    invitation.attest().save(update_fields=["accepted_at", "membership", *SIGNATURE])
    audit.record("agencies.invitation_accepted", actor=joined, target=invitation)
    return membership


def _confer(actor: Actor, invitation: Invitation, membership: Membership) -> None:
    """What the inviter authorised: appointment, seats and clearance."""
    appoint(membership)
    seat(membership, invitation.desk_ids, actor=actor)
    give_clearance(
        membership,
        invitation.invited_by,
        Tier(invitation.tier),
        invitation.reason,
        invitation.until_on,
        actor=actor,
    )


def _authority_of_inviter(invitation: Invitation) -> Authority | None:
    """What the inviter may do today; None for the operator who began the installation."""
    if invitation.invited_by_id is None:
        return None
    live = queries.live_memberships().filter(pk=invitation.invited_by_id)
    inviter = queries.with_authority(live).first()
    return authority_of(inviter, timezone.localdate()) if inviter else Authority()


def _offer(agency: Agency, email: str, offer: Offer, inviter: Membership | None) -> Invitation:
    own_desks = agency.desks.filter(pk__in=offer.desk_ids).order_by("pk")
    invitation = Invitation(
        agency=agency,
        email=email.strip().lower(),
        roles=sorted(offer.roles),
        desk_ids=list(own_desks.values_list("pk", flat=True)),
        job_title=offer.job_title,
        tier=offer.tier,
        reason=offer.reason,
        until_on=offer.until_on,
        invited_by=inviter,
        expires_at=timezone.now() + LIFETIME,
    )
    invitation.attest().save(force_insert=True)
    return invitation


def _record_invitation(actor: Actor, invitation: Invitation) -> None:
    audit.record(
        "agencies.member_invited",
        actor=actor,
        target=invitation,
        agency=invitation.agency_id,
        roles=invitation.roles,
        tier=int(invitation.tier),
        until=invitation.until_on,
    )


def _send(actor: Actor, invitation: Invitation) -> None:
    outbox.enqueue(
        "agencies.invitation",
        actor=actor,
        key=f"{invitation.pk}:{invitation.sendings}",
        invitation_id=invitation.pk,
    )
