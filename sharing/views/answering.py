"""Answering for a desk, one person at a time. Each page keeps what was typed before it judges it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agencies import queries as agencies
from agencies import searching
from agencies.access import ActorRequest, View, guarded
from kernel.actors import Actor
from kernel.decisions import Decision
from people import queries as people
from sharing import footing, policies, queries, services
from sharing.forms import answer_draft as drafts
from sharing.forms.answer_draft import AnswerDraft, PersonDraft, Setting
from sharing.forms.answering import OutcomeForm, SendForm, desk_choices
from sharing.forms.recipients import CONTINUE, RecipientsForm, holder_of
from sharing.models import Ask, Draft
from sharing.presenters import answering as presenters
from sharing.presenters.desk import snapshots_of
from sharing.presenters.people import PersonView, person_views
from sharing.services.answering import default_recipients
from sharing.services.drafting import Content
from vault.services import Why


@dataclass(frozen=True)
class Journey:
    """One ask, whom it is about, and the answer as it was last saved."""

    actor: Actor
    ask: Ask
    draft: Draft
    people: tuple[PersonView, ...]
    setting: Setting
    content: Content

    @property
    def answer(self) -> AnswerDraft:
        names = [
            f"person {number}" if one.is_withheld else one.name
            for number, one in enumerate(self.people, 1)
        ]
        return AnswerDraft(self.ask, self.content, names, self.setting)

    def person(self, number: int) -> PersonDraft:
        """The person of that number; 404 where there is none."""
        people = self.answer.people
        if not 1 <= number <= len(people):
            raise Http404
        return people[number - 1]

    def step(self, number: int) -> presenters.PersonStep:
        return presenters.person_step(self.ask, number, self.people[number - 1])

    def save(self, change: Callable[[Content], Content]) -> Journey:
        """The journey after a change, which is kept whether or not what was typed is in order."""
        content = services.edit_draft(actor=self.actor, draft=self.draft, change=change)
        return replace(self, content=content)

    def go_on(self) -> HttpResponse:
        step = self.answer.next_step
        return redirect(f"sharing:{step.view}", self.ask.pk, *step.args)


def _journey(actor: Actor, ask: Ask, draft: Draft) -> Journey:
    # Each page shows what to beware of before anything is written
    snapshots = people.with_surroundings(snapshots_of([ask]))
    opened = services.open_names(actor=actor, snapshots=snapshots, why=Why.ANSWERING)
    asking, holding = ask.request.asking_agency, ask.desk.agency
    setting = Setting(
        total=len(snapshots),
        asked_for=ask.request.categories,
        must_weigh=footing.both_must_share(asking, holding, timezone.localdate()),
        desks=desk_choices(agencies.open_desks(actor).exclude(pk=ask.desk_id)),
    )
    content = services.read_draft(actor=actor, draft=draft).content
    return Journey(actor, ask, draft, person_views(snapshots, opened), setting, content)


def _page(
    policy: Callable[[Actor, Ask], Decision] = policies.can_answer,
) -> Callable[[View], View]:
    """A page of the journey. Without a draft, there is nothing to go on with: back to the ask."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: ActorRequest, ask: Ask, **rest: object) -> HttpResponseBase:
            draft = queries.answer_draft(request.actor, ask)
            if draft is None:
                return redirect("sharing:ask", ask.pk)
            return view(request, _journey(request.actor, ask, draft), **rest)

        return guarded(load=queries.asks_in_full, policy=policy)(wrapper)

    return decorate


@require_POST
@guarded(load=queries.asks_in_full, policy=policies.can_answer)
def begin(request: ActorRequest, ask: Ask) -> HttpResponse:
    """Start, or go on where somebody at the desk stopped."""
    draft = services.begin_answer(actor=request.actor, ask_id=ask.pk)
    return _journey(request.actor, ask, draft).go_on()


@require_http_methods(["GET", "POST"])
@_page()
def outcome(request: ActorRequest, journey: Journey, number: int) -> HttpResponse:
    """What the desk can say about one person."""
    person = journey.person(number)
    form = person.outcome_form(_sent(request))
    if request.method == "POST":
        for_all = form.is_valid() and form.cleaned_data.get("for_all")
        others = journey.answer.people if for_all else [person]
        journey = journey.save(lambda content: _put_outcome(content, others, form))
        if form.is_valid():
            return _after_outcome(journey, number)
    context = {"form": form, "step": journey.step(number)}
    return render(request, "sharing/answering/outcome.html", context)


def _put_outcome(content: Content, people: list[PersonDraft], form: OutcomeForm) -> Content:
    for one in people:
        drafts.put_part(content, one.subject_id, "outcome", form)
    return content


def _after_outcome(journey: Journey, number: int) -> HttpResponse:
    """What the outcome asks for comes next, also when it was answered before."""
    chosen = journey.person(number).outcome
    if chosen is not None and chosen.shares and journey.person(number).items:
        return redirect("sharing:answer_items", journey.ask.pk, number)
    return journey.go_on()


@require_http_methods(["GET", "POST"])
@_page()
def refusal(request: ActorRequest, journey: Journey, number: int) -> HttpResponse:
    """On what ground something that is held is not shared."""
    person = journey.person(number)
    form = person.refusal_form(_sent(request))
    if request.method == "POST":
        journey = journey.save(
            lambda content: drafts.put_part(content, person.subject_id, "refusal", form)
        )
        if form.is_valid():
            return journey.go_on()
    context = {"form": form, "step": journey.step(number)}
    return render(request, "sharing/answering/refusal.html", context)


@require_http_methods(["GET", "POST"])
@_page()
def items(request: ActorRequest, journey: Journey, number: int) -> HttpResponse:
    """What is to be given about one person."""
    person = journey.person(number)
    form = person.items_form(_sent(request))
    if request.method == "POST":
        journey = journey.save(
            lambda content: drafts.put_part(content, person.subject_id, "left_out", form)
        )
        if form.is_valid():
            return journey.go_on()
    views = presenters.item_views(person.items)
    context = {"form": form, "step": journey.step(number), "items": views}
    return render(request, "sharing/answering/items.html", context)


@require_http_methods(["GET", "POST"])
@_page()
def item(
    request: ActorRequest, journey: Journey, number: int, item: UUID | None = None
) -> HttpResponse:
    """One piece of information: a new one, or changing one."""
    person, key = journey.person(number), str(item or "")
    form = person.item_form(key, _sent(request))
    if request.method == "POST":
        journey.save(lambda content: drafts.put_item(content, person.subject_id, key, form))
        if form.is_valid():
            return redirect("sharing:answer_items", journey.ask.pk, number)
    context = {"form": form, "step": journey.step(number), "is_new": not key}
    return render(request, "sharing/answering/item.html", context)


@require_POST
@_page()
def remove_item(request: ActorRequest, journey: Journey, number: int, item: UUID) -> HttpResponse:
    """Take one piece of information out again."""
    subject_id = journey.person(number).subject_id
    journey.save(lambda content: drafts.drop_item(content, subject_id, str(item)))
    return redirect("sharing:answer_items", journey.ask.pk, number)


@require_http_methods(["GET", "POST"])
@_page()
def recipients(request: ActorRequest, journey: Journey) -> HttpResponse:
    """Who is to read it, and up to which tier."""
    book, chosen = _directory(journey), journey.answer.recipients
    search = searching.from_link(request.actor, request.GET.get("find", ""))
    form = RecipientsForm(_sent(request), recipients=chosen, names=book.names, search=search)
    if form.is_valid():
        journey = journey.save(lambda content: drafts.put_recipients(content, form.chosen()))
        if form.do == CONTINUE:
            return journey.go_on()
        return redirect(searching.address_of(request, request.actor, form.search_wanted))
    context = _recipients_context(journey, book) | {"form": form}
    return render(request, "sharing/answering/recipients.html", context)


def _recipients_context(journey: Journey, book: presenters.Directory) -> dict[str, Any]:
    return {
        "ask": journey.ask,
        # Whoever asked stays: they learn the decision in any case
        "fixed": len(default_recipients(journey.ask)),
        "rows": _recipient_checks(journey, book),
        "people": journey.people,
        "resembling": _resembling(journey, book),
    }


def _resembling(journey: Journey, book: presenters.Directory) -> list[str]:
    """Those who must not get it and are called much like a recipient: it informs only."""
    chosen = [book.names.get(holder_of(one), "") for one in journey.answer.recipients]
    names = [name.partition(",")[0] for name in chosen]
    return [who for one in journey.people for who in one.warnings.resembling(*names)]


def _recipient_checks(
    journey: Journey, book: presenters.Directory
) -> tuple[presenters.RecipientCheck, ...]:
    answer = journey.answer
    return presenters.recipient_checks(answer.recipients, answer.given(), book)


def _directory(journey: Journey) -> presenters.Directory:
    actor, agency_id = journey.actor, journey.ask.request.asking_agency_id
    desks = list(agencies.desks(actor).filter(agency=agency_id))
    people = agencies.addressees(actor).filter(agency=agency_id)
    clearances = agencies.desk_clearances([desk.pk for desk in desks])
    return presenters.directory(journey.ask, people, desks, clearances)


@require_http_methods(["GET", "POST"])
@_page(policies.can_finish_answer)
def check(request: ActorRequest, journey: Journey) -> HttpResponse:
    """Everything once more before it is sent; sent once, however often the button is pressed."""
    form = SendForm(_sent(request), problems=journey.answer.problems())
    if form.is_valid():
        services.send_answers(
            actor=request.actor,
            ask_id=journey.ask.pk,
            draft_id=journey.draft.pk,
            decisions=[one for one in journey.answer.answers() if one],
        )
        messages.success(request, "Your answer was sent.")
        return redirect("sharing:ask", journey.ask.pk)
    return render(request, "sharing/answering/check.html", _check_context(journey) | {"form": form})


def _check_context(journey: Journey) -> dict[str, Any]:
    answer, desks = journey.answer, dict(journey.setting.desks)
    return {
        "ask": journey.ask,
        "people": presenters.person_checks(journey.people, answer.answers(), desks),
        "recipients": _recipient_checks(journey, _directory(journey)),
        "shares": answer.shares,
    }


def _sent(request: ActorRequest) -> QueryDict | None:
    """What was posted, if anything was: an empty form is a form."""
    return request.POST if request.method == "POST" else None


@require_POST
@guarded(load=queries.asks_in_full, policy=policies.can_answer)
def discard(request: ActorRequest, ask: Ask) -> HttpResponse:
    """Throw the draft away, so that somebody can begin afresh."""
    draft = queries.answer_draft(request.actor, ask)
    if draft:
        services.discard_draft(actor=request.actor, draft_id=draft.pk)
        messages.success(request, "The draft was thrown away.")
    return redirect("sharing:ask", ask.pk)
