"""Who may keep the directory, an agency's people and its desks. Nobody authorises themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from agencies.authority import Authority
from agencies.models import (
    Absence,
    Agency,
    AgencyUserObjectPermission,
    Desk,
    Invitation,
    Membership,
    Period,
)
from kernel.actors import Actor, Role
from kernel.decisions import ALLOW, WRONG_STATE, Decision, deny

MANAGE = "manage_agency"
_OWN = deny(
    "own_membership",
    "You cannot authorise yourself or change your own roles. "
    "Ask another lead of your agency, or the partnership coordinator.",
)
OLD_LINK = deny(WRONG_STATE, "This link is no longer in use. Look for a newer message.")
_NOT_GENUINE = deny("not_genuine", "This invitation cannot be used. Ask for another.")


def anyone(actor: Actor) -> Decision:
    """Pages that everybody may see who acts for an agency."""
    return ALLOW


def anyone_sees(actor: Actor, target: object) -> Decision:
    """Records that everybody may see who acts for an agency and in whose scope they are."""
    return ALLOW


def visible_memberships(actor: Actor) -> Q:
    """One's own; a lead sees their agency's; a coordinator sees every agency's leads."""
    scope = Q(user=actor.user_id)
    if actor.holds(Role.AGENCY_LEAD):
        scope |= Q(agency=actor.agency_id)
    if actor.holds(Role.COORDINATOR):
        scope |= Q(roles__contains=[Role.AGENCY_LEAD])
    return scope


def visible_invitations(actor: Actor) -> Q:
    """A lead sees their agency's; a coordinator sees those of leads everywhere."""
    scope = Q(pk__in=[])
    if actor.holds(Role.AGENCY_LEAD):
        scope |= Q(agency=actor.agency_id)
    if actor.holds(Role.COORDINATOR):
        scope |= Q(roles__contains=[Role.AGENCY_LEAD])
    return scope


def can_keep_directory(actor: Actor) -> Decision:
    """Adding agencies and changing their entries is the partnership coordinator's."""
    if actor.holds(Role.COORDINATOR):
        return ALLOW
    return deny("not_coordinator", "Only the partnership coordinator keeps the directory.")


def can_edit_agency(actor: Actor, agency: Agency) -> Decision:
    return can_keep_directory(actor)


def manages(actor: Actor, agency: Agency) -> bool:
    """Both are needed: an attested lead's membership acting now, and the appointment in guardian."""
    if not actor.holds(Role.AGENCY_LEAD) or actor.agency_id != agency.pk:
        return False
    return AgencyUserObjectPermission.objects.filter(
        user_id=actor.user_id,
        content_object=agency,
        permission__codename=MANAGE,
        permission__content_type__app_label="agencies",
    ).exists()


def can_keep_desks(actor: Actor, agency: Agency) -> Decision:
    """Desks are kept by the agency's leads, or by the coordinator for them."""
    if actor.holds(Role.COORDINATOR) or manages(actor, agency):
        return ALLOW
    return deny(
        "not_manager", "Only a lead of this agency or the coordinator can change its desks."
    )


def can_edit_desk(actor: Actor, desk: Desk) -> Decision:
    return can_keep_desks(actor, desk.agency)


def can_fall_back(desk: Desk, to: Desk | None, onwards: Collection[UUID]) -> Decision:
    """A chain of fallbacks ends somewhere: none leads back to where it began."""
    if to is not None and (to.pk == desk.pk or desk.pk in onwards):
        return deny(
            "ring_of_fallbacks",
            "That desk falls back on this one, so nobody would take over. Choose another desk.",
        )
    return ALLOW


def can_keep_period(actor: Actor, period: Period) -> Decision:
    """A desk's days are kept with the desk, the county's terms by the coordinator."""
    if period.desk is None:
        return can_keep_directory(actor)
    return can_edit_desk(actor, period.desk)


def can_say_away(actor: Actor, membership: Membership) -> Decision:
    """The member, or whoever keeps the agency's people: somebody ill cannot say so themselves."""
    if membership.ended_at is not None:
        return deny(WRONG_STATE, "This membership has already ended.")
    return can_see_member(actor, membership)


def can_end_absence(actor: Actor, absence: Absence) -> Decision:
    return can_say_away(actor, absence.membership)


def can_stand_in(*, sits_beside: bool) -> Decision:
    """Whoever stands in must be able to see what waits."""
    if sits_beside:
        return ALLOW
    return deny("not_at_desk", "Who stands in must sit at the same desk. Choose somebody else.")


def can_see_people(actor: Actor, agency: Agency) -> Decision:
    """The coordinator's list shows leads only: see visible_memberships."""
    return can_invite(actor, agency)


def can_see_member(actor: Actor, membership: Membership) -> Decision:
    """Who keeps somebody's membership, and they themselves."""
    if membership.user_id == actor.user_id or _is_charge_of(actor, membership):
        return ALLOW
    return deny("not_manager", "Only a lead of this person's agency can see this.")


def can_invite(actor: Actor, agency: Agency) -> Decision:
    """Leads invite to their own agency; the coordinator invites leads to any."""
    if actor.holds(Role.COORDINATOR) or manages(actor, agency):
        return ALLOW
    return deny("not_manager", "Only a lead of this agency or the coordinator can invite people.")


def can_give(actor: Actor, agency: Agency, roles: Collection[Role]) -> Decision:
    """Coordinators are made by coordinators, in the partnership's own agency."""
    made_here = agency.is_partnership and actor.holds(Role.COORDINATOR)
    if Role.COORDINATOR in roles and not made_here:
        return deny("no_such_role", "Only a coordinator can make somebody else a coordinator.")
    return ALLOW


def can_offer(actor: Actor, agency: Agency, roles: Collection[Role]) -> Decision:
    """Whether somebody who may invite may offer these very roles."""
    if Role.AGENCY_LEAD not in roles and not manages(actor, agency):
        return deny("leads_only", "A coordinator invites leads. The lead then invites the others.")
    return can_give(actor, agency, roles)


def roles_to_give(actor: Actor, agency: Agency) -> list[Role]:
    """The roles that a form about a member or an invitation lists."""
    return [role for role in Role if can_give(actor, agency, [role])]


def is_new_here(*, is_member: bool, is_invited: bool) -> Decision:
    """One live membership and one open invitation per person and agency."""
    if is_member:
        return deny(WRONG_STATE, "This person already belongs to the agency.")
    if is_invited:
        return deny(WRONG_STATE, "This person already has an invitation. Send that one again.")
    return ALLOW


def can_begin(agency: Agency, *, has_coordinator: bool) -> Decision:
    """The operator invites a coordinator only while the partnership has none."""
    if not agency.is_partnership:
        return deny("not_partnership", "Only the partnership itself begins an installation.")
    if has_coordinator:
        return deny(WRONG_STATE, "The partnership has a coordinator, who can invite others.")
    return ALLOW


def can_invite_address(own_email: str, email: str) -> Decision:
    """Nobody authorises themselves: an invitation is an authorisation (D17)."""
    if own_email.lower() == email.lower():
        return _OWN
    return ALLOW


def can_change_member(actor: Actor, membership: Membership) -> Decision:
    """Roles, clearance and the end of a membership: never one's own, in any of one's agencies."""
    if membership.user_id == actor.user_id:
        return _OWN
    if not _is_charge_of(actor, membership):
        return deny("not_manager", "Only a lead of this person's agency can do this.")
    if membership.ended_at is not None:
        return deny(WRONG_STATE, "This membership has already ended.")
    return ALLOW


def _is_charge_of(actor: Actor, membership: Membership) -> bool:
    """A lead's people, and for a coordinator every agency's leads."""
    if actor.holds(Role.COORDINATOR) and Role.AGENCY_LEAD in membership.role_set:
        return True
    return manages(actor, membership.agency)


def can_change_invitation(actor: Actor, invitation: Invitation) -> Decision:
    """Cancelling and sending again, while nobody has accepted it."""
    allowed = can_invite(actor, invitation.agency)
    return _still_open(invitation) if allowed else allowed


def can_accept(invitation: Invitation, email: str, now: datetime) -> Decision:
    """Whether the person with that address may take the invitation up now."""
    opened = _still_open(invitation)
    if not opened:
        return opened
    if invitation.has_expired(now):
        return deny(
            WRONG_STATE, "This invitation has expired. Ask the person who sent it for another."
        )
    if invitation.agency.has_ended(timezone.localdate(now)):
        return deny(WRONG_STATE, "This agency no longer takes part in the partnership.")
    if email.lower() != invitation.email.lower():
        return deny("wrong_person", "This invitation is for somebody with another email address.")
    return ALLOW


def _still_open(invitation: Invitation) -> Decision:
    if not (invitation.is_genuine() and invitation.agency.is_genuine()):
        return _NOT_GENUINE
    if invitation.accepted_at is not None:
        return deny(WRONG_STATE, "This invitation has already been used.")
    if invitation.cancelled_at is not None:
        return deny(WRONG_STATE, "This invitation was cancelled.")
    return ALLOW


def can_join(invitation: Invitation, user_id: UUID, *, inviter: Authority | None) -> Decision:
    """Who invited must still be entitled to, and must be somebody else."""
    if inviter is None:
        return ALLOW if invitation.agency.is_partnership else _NOT_GENUINE
    if not inviter.roles & {Role.AGENCY_LEAD, Role.COORDINATOR}:
        return deny(WRONG_STATE, "The person who invited you has left. Ask for a new invitation.")
    if invitation.invited_by is not None and invitation.invited_by.user_id == user_id:
        return _OWN
    return ALLOW
