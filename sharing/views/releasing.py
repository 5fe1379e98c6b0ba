"""A protected address: released on purpose, withdrawn, and read by whom it was released to."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import stepped_up
from agencies import queries as agencies
from agencies.access import ActorRequest, guarded
from agencies.models import Desk
from kernel.actors import Actor
from people.models import AddressRelease, ProtectedAddress
from sharing import policies, queries, services
from sharing.forms.releasing import FIND, ReleaseForm
from sharing.presenters import releasing as presenters
from sharing.queries.conflicts import MOST_FOUND, colleagues, kept_users


@stepped_up
@require_http_methods(["GET", "POST"])
@guarded(load=queries.addresses, policy=policies.can_see_release)
def release_address(request: ActorRequest, address: ProtectedAddress) -> HttpResponse:
    """Who has been given this address, and giving it to exactly one more."""
    form = ReleaseForm(request.POST or None)
    _offer(request, address, form)
    if form.is_bound and form.do == FIND:
        form.errors.clear()
    elif form.is_valid():
        release = {"reason": form.cleaned_data["reason"], **form.holder()}
        services.release_address(actor=request.actor, address_id=address.pk, **release)
        messages.success(request, "The address was released. They are told that something waits.")
        return redirect("sharing:release_address", address.pk)
    opened = services.open_address(actor=request.actor, address=address)
    context = {"form": form, "page": presenters.address_page(address, opened)}
    return render(request, "sharing/around/release.html", context)


def _offer(request: ActorRequest, address: ProtectedAddress, form: ReleaseForm) -> None:
    """The desks that are asked about the person, who sits there, and whom the search found."""
    desks = queries.desks_asked_about(address)
    seated = agencies.desk_people([one.pk for one in desks])
    people = {one.pk: one for some in seated.values() for one in some}
    if form.is_bound and form.search:
        found = colleagues(request.actor, _agencies(request, desks), form.search)[:MOST_FOUND]
        people |= {one.pk: one for one in found}
    kept = kept_users(address.safe.dossier_id)
    form.offer(desks, [one for one in people.values() if one.user_id not in kept])


def _agencies(request: ActorRequest, desks: list[Desk]) -> set[UUID]:
    """Those that are asked about the person; where nobody is asked, everybody in the directory."""
    asked = {one.agency_id for one in desks}
    if not asked:
        asked = set(agencies.agencies(request.actor).values_list("pk", flat=True))
    return asked | {request.actor.member.agency_id}


def released_to(actor: Actor, snapshots: Collection[UUID]) -> list[presenters.ReleasedLink]:
    """Where the reader finds an address that was released to them, on pages about the person."""
    return presenters.released_links(queries.released_about(actor, snapshots))


@require_POST
@guarded(load=queries.own_releases, policy=policies.can_see_release)
def withdraw_address(request: ActorRequest, release: AddressRelease) -> HttpResponse:
    """Nobody it was released to reads it from now on."""
    services.withdraw_address(actor=request.actor, release_id=release.pk)
    messages.success(request, "The address was withdrawn. What was read before stays read.")
    return redirect("sharing:release_address", release.address_id)


@stepped_up
@require_safe
@guarded(load=queries.releases, policy=policies.can_see_release)
def released_address(request: ActorRequest, release: AddressRelease) -> HttpResponse:
    """The address, for somebody it was released to. Opening it is on record."""
    opened = services.open_released(actor=request.actor, release=release)
    page = presenters.released_page(release, opened)
    return render(request, "sharing/around/released.html", {"page": page})
