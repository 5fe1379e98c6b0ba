"""Disputing an ask: raising it, following it, writing down what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import ActorRequest, guarded, guarded_page
from kernel.decisions import Denied
from kernel.listing import list_page
from sharing import policies, queries, services
from sharing.forms.escalating import BringInForm, EscalateForm, OutcomeForm, WithdrawForm
from sharing.models import Ask, Escalation
from sharing.presenters import escalating as presenters
from sharing.presenters.desks import desk_name
from sharing.states import AskStatus, EscalationAbout, EscalationLevel

_SORTS = {"due": ["due_at"], "raised": ["raised_at"], "reference": ["reference"]}


@require_safe
@guarded_page(policies.can_list_escalations)
def escalations(request: ActorRequest) -> HttpResponse:
    """What is disputed, the nearest limit first."""
    show = "all" if request.GET.get("show") == "all" else ""
    found = queries.narrow_escalations(request.actor, show=show)

    def present(page: Sequence[Escalation]) -> list[presenters.EscalationRow]:
        return presenters.escalation_rows(page)

    listing = list_page(found, request.GET, sorts=_SORTS, default="due", present=present)
    context = {"listing": listing, "show": show}
    return render(request, "sharing/escalating/escalations.html", context)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.either_side, policy=policies.can_escalate)
def escalate(request: ActorRequest, ask: Ask) -> HttpResponse:
    """Dispute what a desk did, or did not do."""
    begin = {"seen": ask.status, "about": _usual(ask), "level": EscalationLevel.PRACTITIONERS}
    form = EscalateForm(request.POST if request.method == "POST" else None, initial=begin)
    if form.is_valid() and (raised := _raise(request, ask, form)):
        messages.success(request, "Both sides are being told.")
        return redirect("sharing:escalation", raised.pk)
    context = {"form": form, "ask": ask, "desk": desk_name(ask.desk)}
    context["view"] = presenters.own_view(request.actor, ask)
    return render(request, "sharing/escalating/escalate.html", context)


def _raise(request: ActorRequest, ask: Ask, form: EscalateForm) -> Escalation | None:
    """None where the desk moved meanwhile: what was typed comes back with what it did."""
    answers = form.cleaned_data
    try:
        return services.escalate(
            actor=request.actor,
            ask_id=ask.pk,
            about=answers["about"],
            seen=answers["seen"],
            step=form.step(),
        )
    except Denied as denied:
        form.add_error(None, denied.decision.reason)
        typed = request.POST.copy()
        typed["seen"] = queries.either_side(request.actor).get(pk=ask.pk).status
        form.data = typed
        return None


def _usual(ask: Ask) -> str:
    if ask.status != AskStatus.ANSWERED:
        return EscalationAbout.NOT_ANSWERED
    refused = any(one.outcome == "NOT_SHARED" for one in ask.answers.all())
    return EscalationAbout.NOT_SHARED if refused else EscalationAbout.TOO_LITTLE


@require_safe
@guarded(load=queries.escalations_in_full, policy=policies.can_see_escalation)
def escalation(request: ActorRequest, one: Escalation) -> HttpResponse:
    """One disagreement, level by level."""
    opened = services.open_words(actor=request.actor, escalation=one)
    page = presenters.escalation_page(request.actor, one, opened)
    return render(request, "sharing/escalating/escalation.html", {"page": page})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.escalations_in_full, policy=policies.can_go_on)
def escalation_outcome(request: ActorRequest, one: Escalation) -> HttpResponse:
    """What came of a level; and who speaks next, if it settled nothing."""
    at = list(one.steps.all())[-1]
    form = OutcomeForm(
        request.POST if request.method == "POST" else None,
        at=EscalationLevel(at.level),
        initial={"seen": at.position + 1},
    )
    if form.is_valid():
        _write_down(request, one, form)
        return redirect("sharing:escalation", one.pk)
    context = {"form": form, "one": one, "level": EscalationLevel(at.level)}
    return render(request, "sharing/escalating/outcome.html", context)


def _write_down(request: ActorRequest, one: Escalation, form: OutcomeForm) -> None:
    answers, step = form.cleaned_data, form.step()
    common: dict[str, Any] = {
        "actor": request.actor,
        "escalation_id": one.pk,
        "seen": int(answers["seen"]) if answers["seen"].isdecimal() else 0,
        "outcome": answers["outcome"],
        "words": answers["words"],
    }
    if step is None:
        services.settle(**common)
        messages.success(request, "Written down. Everybody who took part is being told.")
    else:
        services.take_further(**common, step=step)
        messages.success(request, "Taken further. Everybody who takes part is being told.")


@require_http_methods(["GET", "POST"])
@guarded(load=queries.escalations_in_full, policy=policies.can_withdraw)
def withdraw_escalation(request: ActorRequest, one: Escalation) -> HttpResponse:
    """Take it back, with a word why."""
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.withdraw(
            actor=request.actor, escalation_id=one.pk, words=form.cleaned_data["words"]
        )
        messages.success(request, "Taken back. Everybody who took part is being told.")
        return redirect("sharing:escalation", one.pk)
    return render(request, "sharing/escalating/withdraw.html", {"form": form, "one": one})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.escalations_in_full, policy=policies.can_go_on)
def bring_in(request: ActorRequest, one: Escalation) -> HttpResponse:
    """Let a colleague of one's own agency take part."""
    posted = request.POST if request.method == "POST" else None
    form = BringInForm(posted, actor=request.actor)
    if form.is_valid():
        colleague = form.cleaned_data["email"]
        services.bring_in(actor=request.actor, escalation_id=one.pk, membership_id=colleague.pk)
        messages.success(request, f"{colleague.user.full_name} takes part and is being told.")
        return redirect("sharing:escalation", one.pk)
    return render(request, "sharing/escalating/bring_in.html", {"form": form, "one": one})
