"""Sharing unasked: step by step, each saved as it was typed, then sent once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import queries as agencies
from agencies import searching
from agencies.access import ActorRequest, View, guarded, guarded_page
from kernel.forms import Form
from kernel.tiers import Tier
from sharing import policies, queries, services
from sharing.forms.answer_draft import put_recipients
from sharing.forms.draft import MOST_PEOPLE, Content, with_person, with_step, without_person
from sharing.forms.people import PersonForm
from sharing.forms.recipients import CONTINUE, RecipientsForm
from sharing.forms.share_draft import GivenDraft, ShareForms, with_item, without_item
from sharing.forms.typed import typed_into
from sharing.models import Draft
from sharing.presenters import giving as presenters
from sharing.presenters.answering import Directory, RecipientCheck, recipient_checks
from sharing.states import DraftStatus, RecipientKind
from sharing.views.steps import quietly


@dataclass(frozen=True)
class Journey:
    """One draft as it was last saved."""

    request: ActorRequest
    draft: Draft
    forms: ShareForms

    def save(self, change: Callable[[Content], Content]) -> Journey:
        """The journey after a change, which is kept whether or not what was typed is in order."""
        content = services.edit_draft(actor=self.request.actor, draft=self.draft, change=change)
        return replace(self, forms=ShareForms(content, self.forms.purposes))

    def person(self, key: UUID) -> GivenDraft:
        """The person of that key; 404 where there is none."""
        found = self.forms.person(key)
        if found is None:
            raise Http404
        return found

    def url(self, name: str, *keys: object) -> str:
        """Where one page of the draft is."""
        return reverse(f"sharing:{name}", args=[self.draft.pk, *keys])

    def go_on(self) -> HttpResponse:
        """To what is missing, or to the last page; or away, if that button was pressed."""
        if "later" in self.request.POST:
            messages.success(self.request, "Saved. You can go on whenever you like.")
            return redirect("sharing:given")
        missing = self.forms.missing()
        if not missing:
            return redirect(self.url("share_check"))
        return redirect(self.url(missing[0].step, *filter(None, [missing[0].person])))

    def page(self, name: str, **context: Any) -> HttpResponse:
        """One page, with the way back to the list of everything."""
        shown = {"draft": self.draft, "back_url": self.url("share_check"), **context}
        return render(self.request, f"sharing/giving/{name}.html", shown)


def _step(view: View) -> View:
    """A page of a draft. Whoever comes back to one that was shared is shown what it became."""

    @guarded(load=queries.share_drafts, policy=policies.can_reach_draft)
    @wraps(view)
    def wrapper(request: ActorRequest, draft: Draft, **rest: Any) -> HttpResponseBase:
        if draft.status == DraftStatus.USED:
            return redirect("sharing:share", queries.given_from(request.actor, draft).pk)
        content = services.read_draft(actor=request.actor, draft=draft).content
        forms = ShareForms(content, list(queries.purposes(timezone.localdate())))
        return view(request, Journey(request, draft, forms), **rest)

    return wrapper


def _sent(request: ActorRequest) -> QueryDict | None:
    """What was posted, if anything was: an empty form is a form."""
    return request.POST if request.method == "POST" else None


@require_POST
@guarded_page(policies.can_share)
def new_share(request: ActorRequest) -> HttpResponse:
    """Straight to the first question."""
    draft = services.begin_share(actor=request.actor)
    return redirect("sharing:share_add_person", draft.pk)


@require_safe
@_step
def share_draft(request: ActorRequest, journey: Journey) -> HttpResponse:
    """Go on where something is still to do."""
    return journey.go_on()


@require_http_methods(["GET", "POST"])
@_step
def add_person(request: ActorRequest, journey: Journey) -> HttpResponse:
    """Somebody more. The form's own key makes pressing twice add one person."""
    form = PersonForm(_sent(request))
    if not form.is_bound:
        return journey.page("person", form=form, is_new=True)
    form.is_valid()
    return _keep_person(journey, form.cleaned_data["key"], form)


@require_http_methods(["GET", "POST"])
@_step
def person(request: ActorRequest, journey: Journey, person: UUID) -> HttpResponse:
    """Change what was said of somebody."""
    known = journey.person(person)
    if request.method == "POST":
        return _keep_person(journey, person, PersonForm(request.POST))
    return journey.page("person", form=quietly(known.form), is_new=False)


def _keep_person(journey: Journey, key: UUID, form: PersonForm) -> HttpResponse:
    """Save what was typed, right or wrong; then on, or say what to put right."""
    journey = journey.save(with_person(str(key), typed_into(form)))
    if journey.forms.person(key) is None:
        messages.warning(journey.request, f"Share about {MOST_PEOPLE} people at most at once.")
        return redirect(journey.url("share_check"))
    if form.is_valid() or "later" in journey.request.POST:
        return journey.go_on()
    return journey.page("person", form=form, is_new=False)


@require_POST
@_step
def remove_person(request: ActorRequest, journey: Journey, person: UUID) -> HttpResponse:
    """Take somebody out again. What was written about them stays in the draft's history."""
    journey.person(person)
    journey.save(without_person(str(person)))
    messages.success(request, "That person is no longer part of it.")
    return redirect(journey.url("share_check"))


@require_http_methods(["GET", "POST"])
@_step
def item(
    request: ActorRequest, journey: Journey, person: UUID, item: UUID | None = None
) -> HttpResponse:
    """One piece of information: a new one, or changing one."""
    about, key = journey.person(person), str(item or "")
    form = about.words.item_form(key, _sent(request))
    if request.method == "POST":
        journey = journey.save(with_item(about.key, key, form))
        if form.is_valid() or "later" in request.POST:
            return journey.go_on()
    return journey.page("item", form=form, called=about.called, is_new=not key)


@require_POST
@_step
def remove_item(request: ActorRequest, journey: Journey, person: UUID, item: UUID) -> HttpResponse:
    """Take one piece of information out again."""
    about = journey.person(person)
    journey.save(without_item(about.key, str(item)))
    return redirect(journey.url("share_check"))


@require_http_methods(["GET", "POST"])
@_step
def why(request: ActorRequest, journey: Journey) -> HttpResponse:
    """What it is for, and why."""
    return _simple_step(journey, "why", journey.forms.why)


@require_http_methods(["GET", "POST"])
@_step
def family(request: ActorRequest, journey: Journey) -> HttpResponse:
    """What the family knows, and how consent stands."""
    return _simple_step(journey, "family", journey.forms.family)


def _simple_step(journey: Journey, name: str, saved: Form) -> HttpResponse:
    if journey.request.method != "POST":
        return journey.page(name, form=quietly(saved))
    form = journey.forms.bind(name, journey.request.POST)
    journey = journey.save(with_step(name, typed_into(form)))
    if form.is_valid() or "later" in journey.request.POST:
        return journey.go_on()
    return journey.page(name, form=form)


@require_http_methods(["GET", "POST"])
@_step
def recipients(request: ActorRequest, journey: Journey) -> HttpResponse:
    """With whom, found by what they are called, and how much each may open."""
    search = searching.from_link(request.actor, request.GET.get("find", ""))
    names = {**_names(journey), **queries.find_readers(request.actor, search)}
    form = RecipientsForm(
        _sent(request), recipients=journey.forms.recipients, names=names, search=search
    )
    if form.is_valid():
        journey = journey.save(lambda content: put_recipients(content, form.chosen()))
        if form.do == CONTINUE:
            return journey.go_on()
        return redirect(searching.address_of(request, request.actor, form.search_wanted))
    return journey.page("recipients", form=form, rows=_checks(journey, names))


def _checks(journey: Journey, names: Mapping[str, str]) -> tuple[RecipientCheck, ...]:
    """How much each recipient could open."""
    forms = journey.forms
    book = Directory(names, _clearances(journey))
    return recipient_checks(forms.recipients, forms.given(), book)


def _names(journey: Journey) -> Mapping[str, str]:
    """Those chosen before, and whoever is being added: a link to a search grows old."""
    holders = {one.holder_id for one in journey.forms.recipients}
    _, _, typed = journey.request.POST.get("add", "").partition(":")
    holders |= {UUID(typed)} if _is_key(typed) else set()
    return queries.readers_named(journey.request.actor, holders)


def _is_key(typed: str) -> bool:
    try:
        return bool(UUID(typed))
    except ValueError:
        return False


def _clearances(journey: Journey) -> dict[UUID, Tier]:
    chosen = journey.forms.recipients
    desks = [one.holder_id for one in chosen if one.kind is RecipientKind.DESK]
    return agencies.desk_clearances(desks)


@require_http_methods(["GET", "POST"])
@_step
def check(request: ActorRequest, journey: Journey) -> HttpResponse:
    """Read it over, then share it. Pressed twice, it is shared once."""
    wanted = journey.forms.wanted()
    if request.method == "POST" and wanted:
        sent = services.send_share(actor=request.actor, draft_id=journey.draft.pk, wanted=wanted)
        messages.success(request, f"Shared. The reference is {sent.reference}.")
        return redirect("sharing:share", sent.pk)
    forms, missing = journey.forms, journey.forms.missing()
    links = [(m.text, journey.url(m.step, *filter(None, [m.person]))) for m in missing]
    rows = _checks(journey, _names(journey))
    page = presenters.share_check(forms.written(), forms.purposes, rows)
    back = reverse("sharing:given")
    return journey.page("check", page=page, missing=links, back_url=back, most=MOST_PEOPLE)


@require_http_methods(["GET", "POST"])
@_step
def discard(request: ActorRequest, journey: Journey) -> HttpResponse:
    """Give a draft up, once it is confirmed."""
    if request.method == "POST":
        services.discard_draft(actor=request.actor, draft_id=journey.draft.pk)
        messages.success(request, "The draft was discarded.")
        return redirect("sharing:given")
    return journey.page("discard", back_url=reverse("sharing:given"))
