"""Reading agencies, desks, members and invitations: always in the actor's scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from agencies import policies
from agencies.authority import authority_of
from agencies.models import Agency, Authorisation, Desk, DeskSeat, Invitation, Membership
from agencies.tokens import Token
from kernel.actors import Actor, Role
from kernel.tiers import Tier
from vault.models import Exclusion, Grant, GrantReason


def _taking_part(today: date, prefix: str = "") -> Q:
    """Agencies that have not left the partnership."""
    return Q(**{f"{prefix}ended_on__isnull": True}) | Q(**{f"{prefix}ended_on__gt": today})


def agencies(actor: Actor) -> QuerySet[Agency]:
    """Everybody who acts for an agency sees the directory; former agencies only the coordinator."""
    if not actor.is_person:
        return Agency.objects.none()
    if actor.holds(Role.COORDINATOR):
        return Agency.objects.all()
    return Agency.objects.filter(_taking_part(timezone.localdate()))


def directory(actor: Actor, *, search: str = "", sector: str = "") -> QuerySet[Agency]:
    """The agencies that match, each with its desks; `in_order` sorts them as people look names up."""
    found = agencies(actor)
    if sector:
        found = found.filter(sector=sector)
    for word in search.split():
        found = found.filter(
            Q(name__icontains=word) | Q(short_name__icontains=word) | Q(area__icontains=word)
        )
    found = found.alias(in_order=Lower("name"))
    return found.prefetch_related(Prefetch("desks", _in_order(Desk.objects.all())))


def desks(actor: Actor) -> QuerySet[Desk]:
    """Desks of the agencies that the actor sees, open or not."""
    return _in_order(Desk.objects.filter(agency__in=agencies(actor)))


def open_desks(actor: Actor) -> QuerySet[Desk]:
    """Desks that take requests today: where something can be sent."""
    taking_part = _taking_part(timezone.localdate(), "agency__")
    return desks(actor).filter(taking_part, is_open=True)


def _in_order(found: QuerySet[Desk]) -> QuerySet[Desk]:
    return found.select_related("agency").order_by("agency__name", "name", "pk")


def acting(actor: Actor) -> Membership:
    """The membership by which somebody acts now."""
    if actor.membership_id is None:
        raise Membership.DoesNotExist
    return Membership.objects.select_related("user").get(pk=actor.membership_id)


def memberships(actor: Actor) -> QuerySet[Membership]:
    """Memberships that the actor may see, ended ones included."""
    visible = Membership.objects.filter(policies.visible_memberships(actor))
    return visible.select_related("agency", "user")


def people(actor: Actor, agency_id: UUID) -> QuerySet[Membership]:
    """An agency's members, as far as the actor sees them."""
    members = memberships(actor).filter(agency=agency_id, ended_at=None)
    return with_authority(members.alias(in_order=Lower("user__full_name")))


def authorisations(actor: Actor, membership_id: UUID) -> QuerySet[Authorisation]:
    """Everything that a member whom the actor sees was ever authorised for, newest first."""
    found = Authorisation.objects.filter(
        membership__in=memberships(actor), membership=membership_id
    )
    return found.select_related("end", "granted_by__user").order_by("-from_on", "-pk")


def search_people(found: QuerySet[Membership], search: str) -> QuerySet[Membership]:
    """Those whose name or address has every word."""
    for word in search.split():
        found = found.filter(Q(user__full_name__icontains=word) | Q(user__email__icontains=word))
    return found


def member(actor: Actor) -> QuerySet[Membership]:
    """Members as a page about one of them needs them, those who left included."""
    return with_authority(memberships(actor))


def invitations(actor: Actor) -> QuerySet[Invitation]:
    """Invitations that the actor may see."""
    visible = Invitation.objects.filter(policies.visible_invitations(actor))
    return visible.select_related("agency", "invited_by__user")


def waiting_invitations(actor: Actor, agency_id: UUID) -> QuerySet[Invitation]:
    """An agency's invitations that nobody has accepted yet, newest first."""
    waiting = invitations(actor).filter(agency=agency_id, accepted_at=None, cancelled_at=None)
    return waiting.order_by("-created_at", "pk")


def addressees(actor: Actor) -> QuerySet[Membership]:
    """Everybody in the partnership whom a sender may name as a recipient."""
    if not actor.is_person:
        return Membership.objects.none()
    return live_memberships().select_related("user").order_by("user__full_name", "pk")


def live_memberships() -> QuerySet[Membership]:
    """Memberships that have not ended, of agencies and people that still take part. For access."""
    taking_part = _taking_part(timezone.localdate(), "agency__")
    live = Membership.objects.filter(taking_part, ended_at=None, user__is_active=True)
    return live.select_related("agency")


def with_authority(found: QuerySet[Membership]) -> QuerySet[Membership]:
    """Each with the rows that its authority rests on: two queries more, however many members."""
    seats = DeskSeat.objects.filter(ended_at=None).select_related("desk").order_by("pk")
    running = Authorisation.objects.filter(end=None).select_related("end").order_by("pk")
    return found.prefetch_related(Prefetch("seats", seats), Prefetch("authorisations", running))


def with_kept_from(found: QuerySet[Membership]) -> QuerySet[Membership]:
    """Each with the dossiers of the cases that the person must not learn of."""
    kept = Exclusion.objects.filter(user_id=OuterRef("user_id")).values("dossier_id")
    return found.annotate(kept_from=ArraySubquery(kept))


def with_emergencies(found: QuerySet[Membership]) -> QuerySet[Membership]:
    """Each with the safes that they may read in an emergency now, by rows that nobody judged yet."""
    running = Grant.objects.filter(
        holder_id=OuterRef("pk"),
        reason=GrantReason.EMERGENCY,
        valid_until__gt=timezone.now(),
    )
    return found.annotate(emergency_safes=ArraySubquery(running.values("safe_id")))


def belonging(agency_id: UUID, holders: Collection[UUID]) -> set[UUID]:
    """Those of some ids that are the agency, a desk of it or a member of it, by genuine rows.

    Closed desks and members who left count: what was addressed to them was addressed to the agency.
    """
    own = (
        Agency.objects.filter(pk=agency_id, pk__in=holders),
        Desk.objects.filter(agency=agency_id, pk__in=holders),
        Membership.objects.filter(agency=agency_id, pk__in=holders),
    )
    return {row.pk for rows in own for row in rows if row.is_genuine()}


def leads_of(agency_id: UUID) -> list[Membership]:
    """An agency's leads by genuine rows: whom to ask for an authorisation."""
    leads = live_memberships().filter(agency=agency_id, roles__contains=[Role.AGENCY_LEAD])
    ordered = leads.select_related("user").order_by("user__full_name", "pk")
    return [one for one in ordered if one.is_genuine()]


def desk_people(desk_ids: Collection[UUID]) -> dict[UUID, list[Membership]]:
    """Who sits at each desk by genuine rows: the people whom a notice to the desk reaches."""
    seated: dict[UUID, list[Membership]] = {desk_id: [] for desk_id in desk_ids}
    for membership, desk_id, _ in _seats(desk_ids):
        seated[desk_id].append(membership)
    return seated


def desk_clearances(desk_ids: Collection[UUID]) -> dict[UUID, Tier]:
    """The highest tier that somebody at each desk may read: the sender is warned where too low."""
    highest = dict.fromkeys(desk_ids, Tier.ANONYMISED)
    for _, desk_id, clearance in _seats(desk_ids):
        highest[desk_id] = max(highest[desk_id], clearance)
    return highest


def _seats(desk_ids: Collection[UUID]) -> Iterable[tuple[Membership, UUID, Tier]]:
    sitting = Q(seats__desk__in=list(desk_ids), seats__ended_at=None)
    members = live_memberships().filter(sitting).select_related("user").distinct()
    for membership in with_authority(members).order_by("pk"):
        authority = authority_of(membership, timezone.localdate())
        for desk_id in authority.desk_ids.intersection(desk_ids):
            yield membership, desk_id, authority.clearance


def desks_of(agency: Agency) -> list[Desk]:
    """All desks of one agency, for who keeps its people."""
    return list(_in_order(Desk.objects.filter(agency=agency)))


def name_is_taken(name: str, *, but: Agency | None = None) -> bool:
    """Whether another agency has the name, in whatever case."""
    return _others(but).filter(name__iexact=name).exists()


def short_name_is_taken(short_name: str, *, but: Agency | None = None) -> bool:
    """Whether another agency has the short name, in whatever case."""
    return _others(but).filter(short_name__iexact=short_name).exists()


def _others(agency: Agency | None) -> QuerySet[Agency]:
    return Agency.objects.exclude(pk=agency.pk) if agency else Agency.objects.all()


def desk_name_is_taken(agency: Agency, name: str, *, but: Desk | None = None) -> bool:
    """Whether another desk of the agency has the name, in whatever case."""
    desks = Desk.objects.filter(agency=agency, name__iexact=name)
    return desks.exclude(pk=but.pk).exists() if but else desks.exists()


def member_of(agency_id: UUID, email: str) -> Membership | None:
    """The member of an agency with that address, if there is one."""
    live = Membership.objects.filter(agency=agency_id, ended_at=None)
    return live.filter(user__email=email.lower()).select_related("agency", "user").first()


def invitation_waiting(agency_id: UUID, email: str) -> Invitation | None:
    """The invitation to that address that nobody has accepted yet, if there is one."""
    waiting = Invitation.objects.filter(agency=agency_id, accepted_at=None, cancelled_at=None)
    return waiting.filter(email=email.lower()).select_related("agency").first()


def partnership() -> Agency | None:
    """The agency that stands for the partnership itself, once it is founded."""
    return Agency.objects.filter(is_partnership=True).first()


def is_partnership(agency_id: UUID) -> bool:
    """Whether this is the agency that stands for the partnership itself."""
    return Agency.objects.filter(pk=agency_id, is_partnership=True).exists()


def has_account(email: str) -> bool:
    """Whether the person invited signs in already. Told only to who holds the invitation's link."""
    return User.objects.filter(email=email.lower()).exists()


def invitation_of(token: Token) -> QuerySet[Invitation]:
    """For whoever holds the newest link: the signed code has named the row already."""
    named = Invitation.objects.filter(pk=token.invitation_id, sendings=token.sending)
    return named.select_related("agency", "invited_by__user")


def invitation_to_send(invitation_id: UUID) -> Invitation:
    """For the worker that sends it."""
    return Invitation.objects.select_related("agency").get(pk=invitation_id)


def coordinators() -> list[Membership]:
    """Whoever keeps the partnership's directory, by genuine rows."""
    found = live_memberships().filter(roles__contains=[Role.COORDINATOR]).order_by("pk")
    return [member for member in found if member.is_genuine()]


def has_coordinator() -> bool:
    """Whether somebody keeps the partnership's directory already."""
    return bool(coordinators())


def address_of(membership_id: UUID) -> str:
    """Where a notice to a member goes: empty once they no longer take part."""
    member = live_memberships().filter(pk=membership_id).select_related("user").first()
    return member.user.email if member and member.user.is_genuine() else ""


def mailbox_of(desk_id: UUID) -> str:
    """A desk's role mailbox; empty where it has none or no longer takes requests."""
    found = Desk.objects.filter(_taking_part(timezone.localdate(), "agency__"), pk=desk_id)
    return found.filter(is_open=True).values_list("mailbox", flat=True).first() or ""
