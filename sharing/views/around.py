"""Who is around somebody, and what to beware of: optional pages of a draft, and warnings later."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.access import ActorRequest, guarded
from kernel.actors import Actor
from people.models import IdentitySnapshot
from sharing import policies, queries, services
from sharing.forms.around import AroundForm
from sharing.forms.draft import MOST_AROUND, RequestForms, with_around, with_safety, without_around
from sharing.forms.safety import AddSafetyForm, SafetyForm
from sharing.forms.typed import typed_into
from sharing.models import Ask, Draft, Request
from sharing.presenters.desk import snapshots_of
from sharing.presenters.people import PersonView, person_view, person_views
from sharing.views.steps import (
    address,
    forms_of,
    quietly,
    save,
    saved_for_later,
    step,
)
from vault import services as vault


@require_http_methods(["GET", "POST"])
@step
def add_around(request: ActorRequest, draft: Draft, person: UUID) -> HttpResponse:
    """Somebody more around a person. The form's own key makes pressing twice add one."""
    forms, of = forms_of(request, draft), str(person)
    name = _name(forms, of)
    form = forms.around_form(of, request.POST or None)
    if not form.is_bound:
        return _page(request, draft, name, form, is_new=True)
    form.is_valid()
    return _keep(request, draft, forms, str(form.cleaned_data["key"]), of, form)


@require_http_methods(["GET", "POST"])
@step
def around_person(request: ActorRequest, draft: Draft, person: UUID) -> HttpResponse:
    """Change what was said of somebody around a person."""
    forms, key = forms_of(request, draft), str(person)
    found = forms.around_one(key)
    if found is None:
        raise Http404
    of, form = found
    if request.method == "POST":
        return _keep(request, draft, forms, key, of, forms.around_form(of, request.POST))
    # Before the form is quiet: one without errors would count as right
    name = _name(forms, of)
    return _page(request, draft, name, quietly(form))


def _keep(
    request: ActorRequest, draft: Draft, forms: RequestForms, key: str, of: str, form: AroundForm
) -> HttpResponse:
    """Save what was typed, right or wrong; then on, or say what to put right."""
    forms = save(request, draft, forms, with_around(key, of, form))
    if forms.around_one(key) is None:
        messages.warning(request, f"A request can tell of {MOST_AROUND} people around others.")
        return redirect("sharing:people", draft.pk)
    if "later" in request.POST:
        return saved_for_later(request)
    if not form.is_valid():
        return _page(request, draft, _name(forms, of), form)
    if "another" in request.POST:
        return redirect("sharing:add_around", draft.pk, of)
    return redirect("sharing:people", draft.pk)


def _page(
    request: ActorRequest,
    draft: Draft,
    name: str,
    form: AroundForm,
    *,
    is_new: bool = False,
) -> HttpResponse:
    context = {
        "draft": draft,
        "form": form,
        "name": name,
        "is_new": is_new,
        "back_url": address(draft, "people"),
    }
    return render(request, "sharing/around/around.html", context)


def _name(forms: RequestForms, key: str) -> str:
    """What to call somebody in the draft; 404 where there is no such person."""
    names = {one.key: one.called for one in forms.written().people}
    if key not in names:
        raise Http404
    return names[key]


@require_http_methods(["GET", "POST"])
@step
def remove_around(request: ActorRequest, draft: Draft, person: UUID) -> HttpResponse:
    """Take somebody around a person out again, once it is confirmed."""
    forms, key = forms_of(request, draft), str(person)
    found = forms.around_one(key)
    if found is None:
        raise Http404
    if request.method == "POST":
        save(request, draft, forms, without_around(key))
        messages.success(request, "They are no longer part of the request.")
        return redirect("sharing:people", draft.pk)
    name = dict(forms.near(found[0]))[key]
    return render(request, "sharing/around/remove.html", {"draft": draft, "name": name})


@require_http_methods(["GET", "POST"])
@step
def safety(request: ActorRequest, draft: Draft, person: UUID) -> HttpResponse:
    """How somebody must not be reached, who must not learn, and what to beware of."""
    forms, key = forms_of(request, draft), str(person)
    name, form = _name(forms, key), forms.safety.get(key, SafetyForm())
    if request.method == "POST":
        form = SafetyForm(request.POST)
        save(request, draft, forms, with_safety(key, typed_into(form)))
        if "later" in request.POST:
            return saved_for_later(request)
        if form.is_valid():
            return redirect("sharing:people", draft.pk)
    elif form.is_bound:
        form = quietly(form)
    context = {"draft": draft, "form": form, "name": name, "back_url": address(draft, "people")}
    return render(request, "sharing/around/safety.html", context)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.requests_in_full, policy=policies.can_warn)
def add_warning(request: ActorRequest, asked: Request, number: int) -> HttpResponseBase:
    """The asker's side says, once sent, how somebody must not be reached."""
    snapshots = [one.snapshot for one in asked.subjects.all()]
    return _warn(request, snapshots, number, asked.reference, ("sharing:request", asked.pk))


@require_http_methods(["GET", "POST"])
@guarded(load=queries.asks_in_full, policy=policies.can_warn)
def warn_at_desk(request: ActorRequest, ask: Ask, number: int) -> HttpResponseBase:
    """A desk that was asked says how somebody must not be reached."""
    return _warn(
        request, snapshots_of([ask]), number, ask.request.reference, ("sharing:ask", ask.pk)
    )


def _warn(
    request: ActorRequest,
    snapshots: list[IdentitySnapshot],
    number: int,
    reference: str,
    back: tuple[str, UUID],
) -> HttpResponse:
    if not 1 <= number <= len(snapshots):
        raise Http404
    snapshot = snapshots[number - 1]
    form = AddSafetyForm(request.POST or None)
    if form.is_valid():
        services.warn(actor=request.actor, snapshot=snapshot, safety=form.safety())
        messages.success(request, "The warning was added.")
        return redirect(*back)
    context: dict[str, Any] = {"form": form, "reference": reference, "back": back}
    context["person"] = _person(request, snapshot)
    return render(request, "sharing/around/add_safety.html", context)


def people_of_ask(actor: Actor, ask_id: object) -> tuple[PersonView, ...]:
    """Those whom one's desk is asked about, with what to beware of before one rings or writes.

    Nobody, where what was given is no request at the actor's desks.
    """
    try:
        ask = queries.asks_in_full(actor).filter(pk=UUID(str(ask_id))).first()
    except ValueError:
        return ()
    if ask is None:
        return ()
    snapshots = snapshots_of([ask])
    opened = services.open_people(actor=actor, snapshots=snapshots, why=vault.Why.ANSWERING)
    return person_views(snapshots, opened)


RESEMBLES = (
    "The name that you gave for the other side resembles somebody who must not get this "
    "information. Look at the warnings again, and tell your lead if it was them."
)


def warn_if_excluded(request: ActorRequest, ask_id: object, *names: str) -> None:
    """Say, once it is on record, that the other side may be somebody who must not get it."""
    people = people_of_ask(request.actor, ask_id)
    if any(one.warnings.resembling(*names) for one in people):
        # The message lies in the session: it names nobody
        messages.warning(request, RESEMBLES)


def _person(request: ActorRequest, snapshot: IdentitySnapshot) -> PersonView:
    opened = services.open_people(
        actor=request.actor, snapshots=[snapshot], why=vault.Why.FOLLOWING
    )
    return person_view(snapshot, opened)
