"""Reading guidance; asking a designated lead and answering."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import ActorRequest, guarded, guarded_page
from guidance import content, matters, naming, policies, presenters, queries, services
from guidance.forms import AdviceFilter, AdviceForm, AskLeadForm
from guidance.matters import Matter
from guidance.models import Advice
from guidance.states import Topic
from kernel.actors import Role
from kernel.listing import list_page


@require_safe
@guarded_page(policies.can_read_guidance)
def guidance(request: ActorRequest) -> HttpResponse:
    """Everything that there is to read, and whom to ask."""
    context = {"topics": queries.at_hand(), "may_ask": policies.can_ask_lead(request.actor)}
    return render(request, "guidance/guidance.html", context)


@require_safe
@guarded_page(policies.can_read_guidance)
def topic(request: ActorRequest, topic: str, version: str = "") -> HttpResponse:
    """One topic as it stands today, or as it stood once."""
    if topic not in Topic:
        raise Http404
    current = content.in_force(Topic(topic), timezone.localdate())
    shown = content.version(Topic(topic), version) if version else current
    if shown is None:
        raise Http404
    page = presenters.topic_page(Topic(topic), shown, current)
    return render(request, "guidance/topic.html", {"page": page})


@require_safe
@guarded_page(policies.can_see_advice)
def advices(request: ActorRequest) -> HttpResponse:
    """What one asked, and what waits for one as a lead."""
    actor = request.actor
    form = AdviceFilter(request.GET or None, is_lead=actor.holds(Role.AGENCY_LEAD))
    listing = list_page(
        queries.narrow_advice(actor, **(form.cleaned_data if form.is_valid() else {})),
        request.GET,
        sorts={"asked": ["asked_at"], "reference": ["reference"]},
        default="-asked",
        present=partial(presenters.advice_rows, actor),
    )
    context = {"form": form, "listing": listing, "may_ask": policies.can_ask_lead(actor)}
    return render(request, "guidance/advices.html", context)


@require_http_methods(["GET", "POST"])
@guarded_page(policies.can_ask_lead)
def ask_lead(request: ActorRequest) -> HttpResponse:
    """Ask; what seems to name a child is pointed out once, and goes if its author lets it."""
    matter = _matter(request)
    leads = queries.leads_to_ask(request.actor, matter)
    reference = matter.reference if matter else None
    form = AskLeadForm(request.POST or None, leads=leads, reference=reference)
    tells: list[str] = []
    if form.is_valid():
        tells = naming.tells_who(form.cleaned_data["question"], matter.names() if matter else [])
        if not tells or "as-it-is" in request.POST:
            asked = services.ask_lead(actor=request.actor, question=form.wanted(), matter=matter)
            messages.success(request, "Your question has gone to the lead.")
            return redirect("guidance:advice", asked.pk)
    context = {"form": form, "leads": [one.user.full_name for one in leads]}
    context |= {"tells": tells, "reference": reference or ""}
    return render(request, "guidance/ask_lead.html", context)


def _matter(request: ActorRequest) -> Matter | None:
    """What the address says it is about, where the actor sees that; else the question stands alone."""
    try:
        about = UUID(request.GET.get("about", ""))
    except ValueError:
        return None
    return matters.find(request.actor, about)


@require_safe
@guarded(load=queries.advice, policy=policies.can_read_advice)
def advice(request: ActorRequest, advice: Advice) -> HttpResponse:
    """A question, and what was advised."""
    opened = services.open_advice(actor=request.actor, found=[advice])
    page = presenters.advice_page(request.actor, advice, opened)
    return render(request, "guidance/advice.html", {"page": page})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.advice, policy=policies.can_finish_answer)
def answer_advice(request: ActorRequest, advice: Advice) -> HttpResponse:
    """A lead's advice. Nothing is asked about the child: the lead sees no case."""
    if advice.answered_at:
        return redirect("guidance:advice", advice.pk)
    form = AdviceForm(request.POST or None)
    if form.is_valid():
        services.answer_advice(
            actor=request.actor, advice_id=advice.pk, words=form.cleaned_data["words"]
        )
        messages.success(request, "Your advice has been sent.")
        return redirect("guidance:advice", advice.pk)
    opened = services.open_advice(actor=request.actor, found=[advice])
    page = presenters.advice_page(request.actor, advice, opened)
    return render(request, "guidance/answer_advice.html", {"form": form, "page": page})
