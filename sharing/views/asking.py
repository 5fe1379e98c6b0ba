"""Asking for information: step by step, each saved as it was typed, then sent once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import ActorRequest, guarded_page
from kernel.forms import Form
from sharing import policies, services
from sharing.forms.asking import FindForm
from sharing.forms.draft import (
    MOST_PEOPLE,
    RequestForms,
    with_person,
    with_step,
    without_person,
)
from sharing.forms.people import PersonForm
from sharing.forms.typed import typed_into
from sharing.models import Draft
from sharing.presenters import asking as presenters
from sharing.views.conflicts import draft_named, draft_warnings
from sharing.views.steps import (
    address,
    check_page,
    forms_of,
    next_address,
    quietly,
    save,
    saved_for_later,
    step,
)


@require_POST
@guarded_page(policies.can_ask)
def new_request(request: ActorRequest) -> HttpResponse:
    """Straight to the first question."""
    draft = services.begin_request(actor=request.actor)
    return redirect("sharing:add_person", draft.pk)


@require_safe
@step
def draft(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Go on where something is still to do."""
    missing = forms_of(request, draft).missing()
    if not missing:
        return redirect(address(draft, "check"))
    return redirect(address(draft, missing[0].step, missing[0].person))


@require_safe
@step
def people(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Whom the request is about so far."""
    forms = forms_of(request, draft)
    rows = presenters.person_rows(forms.written())
    if not rows:
        return redirect("sharing:add_person", draft.pk)
    context = {
        "draft": draft,
        "rows": rows,
        "near": {row.key: forms.near(row.key) for row in rows},
        "is_full": len(rows) >= MOST_PEOPLE,
        "most": MOST_PEOPLE,
        "next_url": next_address(draft, forms, "person"),
    }
    return render(request, "sharing/asking/people.html", context)


@require_http_methods(["GET", "POST"])
@step
def add_person(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Somebody more. The form's own key makes pressing twice add one person."""
    forms = forms_of(request, draft)
    form = PersonForm(request.POST or None)
    if not form.is_bound:
        return _person_page(request, draft, forms, form, is_new=True)
    form.is_valid()
    return _keep_person(request, draft, forms, str(form.cleaned_data["key"]), form)


@require_http_methods(["GET", "POST"])
@step
def person(request: ActorRequest, draft: Draft, person: UUID) -> HttpResponse:
    """Change what was said of somebody."""
    forms = forms_of(request, draft)
    form = forms.person(str(person))
    if form is None:
        raise Http404
    if request.method == "POST":
        return _keep_person(request, draft, forms, str(person), PersonForm(request.POST))
    return _person_page(request, draft, forms, quietly(form))


def _keep_person(
    request: ActorRequest, draft: Draft, forms: RequestForms, key: str, form: PersonForm
) -> HttpResponse:
    """Save what was typed, right or wrong; then on, or say what to put right."""
    forms = save(request, draft, forms, with_person(key, typed_into(form)))
    if forms.person(key) is None:
        messages.warning(request, f"A request can be about {MOST_PEOPLE} people. Send another one.")
        return redirect("sharing:people", draft.pk)
    if "later" in request.POST:
        return saved_for_later(request)
    if not form.is_valid():
        return _person_page(request, draft, forms, form)
    if "another" in request.POST:
        return redirect("sharing:add_person", draft.pk)
    if "around" in request.POST:
        return redirect("sharing:add_around", draft.pk, key)
    return redirect(next_address(draft, forms, "person"))


def _person_page(
    request: ActorRequest, draft: Draft, forms: RequestForms, form: Form, *, is_new: bool = False
) -> HttpResponse:
    context = {
        "draft": draft,
        "form": form,
        "is_new": is_new,
        "is_first": not forms.people,
        "back_url": address(draft, "people") if forms.people else reverse("sharing:requests"),
    }
    return render(request, "sharing/asking/person.html", context)


@require_http_methods(["GET", "POST"])
@step
def remove_person(request: ActorRequest, draft: Draft, person: UUID) -> HttpResponse:
    """Take somebody out again, once it is confirmed."""
    forms = forms_of(request, draft)
    rows = presenters.person_rows(forms.written())
    row = next((one for one in rows if one.key == str(person)), None)
    if row is None:
        raise Http404
    if request.method == "POST":
        save(request, draft, forms, without_person(str(person)))
        messages.success(request, "That person is no longer part of the request.")
        return redirect("sharing:people", draft.pk)
    context = {"draft": draft, "name": row.name}
    return render(request, "sharing/asking/remove_person.html", context)


@require_http_methods(["GET", "POST"])
@step
def reason(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Why, and for what."""
    return _simple_step(request, draft, "reason", back="people")


@require_http_methods(["GET", "POST"])
@step
def family(request: ActorRequest, draft: Draft) -> HttpResponse:
    """What the family knows, and how consent stands."""
    return _simple_step(request, draft, "family", back="reason")


def _simple_step(request: ActorRequest, draft: Draft, name: str, back: str) -> HttpResponse:
    forms = forms_of(request, draft)
    form = getattr(forms, name)
    if request.method == "POST":
        return _keep_step(request, draft, forms, name, back)
    context = {"draft": draft, "form": quietly(form), "back_url": address(draft, back)}
    return render(request, f"sharing/asking/{name}.html", context)


def _keep_step(
    request: ActorRequest, draft: Draft, forms: RequestForms, name: str, back: str, **more: Any
) -> HttpResponse:
    """Save what was typed, right or wrong; then on to the next step, or say what to put right."""
    typed = typed_into(forms.bind(name, request.POST))
    forms = save(request, draft, forms, with_step(name, typed))
    if "later" in request.POST:
        return saved_for_later(request)
    if "search" in request.POST:
        return redirect(f"{request.path}?{FindForm(request.POST).query()}")
    form = forms.bind(name, request.POST)
    if form.is_valid():
        return redirect(next_address(draft, forms, name))
    context = {"draft": draft, "form": form, "back_url": address(draft, back), **more}
    return render(request, f"sharing/asking/{name}.html", context)


@require_http_methods(["GET", "POST"])
@step
def desks(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Which desks, and how soon; a search shortens the list and forgets no tick."""
    forms = forms_of(request, draft, warned=True)
    find = FindForm(request.GET)
    if request.method == "POST":
        return _keep_step(request, draft, forms, "desks", "family", find=find, found=None)
    form = forms.desks_found(find.words())
    context = {
        "draft": draft,
        "form": quietly(form),
        "find": find,
        "found": len(form.fields["desks"].options) if find.words() else None,  # type: ignore[attr-defined]
        "back_url": address(draft, "family"),
    }
    return render(request, "sharing/asking/desks.html", context)


@require_http_methods(["GET", "POST"])
@step
def about(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Where there are several of both: whom each desk is asked about."""
    forms = forms_of(request, draft)
    if not forms.divides_people:
        return redirect("sharing:check", draft.pk)
    form = forms.about_form(request.POST or None)
    if form.is_bound:
        save(request, draft, forms, with_step("about", form.left_out()))
        if "later" in request.POST:
            return saved_for_later(request)
        if form.is_valid():
            return redirect("sharing:check", draft.pk)
    context = {"draft": draft, "form": form, "back_url": address(draft, "desks")}
    return render(request, "sharing/asking/about.html", context)


@require_http_methods(["GET", "POST"])
@step
def check(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Read it over, then send it. Pressed twice, it is sent once."""
    forms = forms_of(request, draft, warned=True)
    wanted = forms.written().wanted()
    if request.method == "POST" and wanted and not forms.missing():
        sent = services.send_request(actor=request.actor, draft_id=draft.pk, wanted=wanted)
        return redirect("sharing:sent", sent.pk)
    context = {
        "draft": draft,
        "page": check_page(request, forms),
        "missing": [(one.text, address(draft, one.step, one.person)) for one in forms.missing()],
        "divides_people": forms.divides_people,
        "kept_from": draft_named(request, forms),
        "kept_from_warnings": draft_warnings(request, forms),
    }
    return render(request, "sharing/asking/check.html", context)


@require_http_methods(["GET", "POST"])
@step
def discard(request: ActorRequest, draft: Draft) -> HttpResponse:
    """Give a draft up, once it is confirmed."""
    if request.method == "POST":
        services.discard_draft(actor=request.actor, draft_id=draft.pk)
        messages.success(request, "The draft was discarded.")
        return redirect("sharing:requests")
    return render(request, "sharing/asking/discard.html", {"draft": draft})
