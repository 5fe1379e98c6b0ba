"""Putting right what was shared, taking it back, and saying that one knows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import ActorRequest, guarded, guarded_page
from incidents import queries as incidents
from kernel.actors import Actor
from sharing import policies, queries, services
from sharing.forms.righting import CopiesForm, CorrectForm, NotMeantForm, RecallForm, WithdrawForm
from sharing.models import Acknowledgement, Answer, Item, Recall
from sharing.presenters import righting as presenters
from sharing.presenters.answers import recipient_name

# What a page shows of each list; the rest comes up as these are done
_MOST = 100


def part_of(actor: Actor, answer: Answer) -> presenters.ReaderPart:
    """What stands on the page of one answer about putting it right."""
    asked = queries.to_acknowledge(actor).filter(recipient__answer=answer)
    return presenters.ReaderPart(
        acknowledgements=tuple(presenters.acknowledgement_rows(asked)),
        can_give_back=queries.own_recipients(actor).filter(answer=answer).exists(),
        gave_it=queries.gave(actor, answer),
    )


@require_safe
@guarded_page(policies.can_see_home)
def waiting(request: ActorRequest) -> HttpResponse:
    """What was put right or taken back, and who has still to say something."""
    actor = request.actor
    context = {
        "mine": list(presenters.acknowledgement_rows(queries.to_acknowledge(actor)[:_MOST])),
        "copies": list(presenters.recall_rows(queries.copies_to_confirm(actor)[:_MOST])),
        "theirs": list(presenters.acknowledgement_rows(queries.not_acknowledged(actor)[:_MOST])),
        "their_copies": list(presenters.recall_rows(queries.copies_not_confirmed(actor)[:_MOST])),
    }
    return render(request, "sharing/correcting/waiting.html", context)


@require_safe
@guarded(load=queries.own_answers, policy=policies.can_read_answer)
def answer(request: ActorRequest, answer: Answer) -> HttpResponse:
    """What one's own side gave: what can be put right, from whom it can be taken back."""
    opened = services.open_answers(actor=request.actor, answers=[answer])
    asked = queries.acknowledgements_of(request.actor, answer)
    page = presenters.put_right_page(request.actor, answer, opened, asked)
    return render(request, "sharing/correcting/answer.html", {"page": page})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.own_items, policy=policies.can_put_right)
def correct(request: ActorRequest, item: Item) -> HttpResponse:
    """A corrected text in the place of one that was wrong."""
    form = CorrectForm(request.POST or None, initial=_as_given(request, item))
    if form.is_valid():
        services.correct_item(actor=request.actor, item_id=item.pk, wanted=form.wanted())
        messages.success(request, "Corrected. Everybody who has it is told and asked to say so.")
        return redirect("sharing:put_right", item.answer_id)
    return render(request, "sharing/correcting/correct.html", {"form": form, "item": item})


def _as_given(request: ActorRequest, item: Item) -> dict[str, Any]:
    """The old text to begin from; nothing where it may not be read."""
    if request.method == "POST":
        return {}
    body, source = services.read_item(actor=request.actor, item=item)
    kept = {"standing": item.standing, "as_of_on": item.as_of_on}
    return {"body": body, "source": source, "family_may_see": item.family_may_see, **kept}


@require_http_methods(["GET", "POST"])
@guarded(load=queries.own_items, policy=policies.can_put_right)
def withdraw(request: ActorRequest, item: Item) -> HttpResponse:
    """Nothing in the place of what should not have been given."""
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        services.withdraw_item(actor=request.actor, item_id=item.pk, **form.cleaned_data)
        messages.success(request, "Withdrawn. Whoever had opened it is told.")
        return redirect("sharing:put_right", item.answer_id)
    return render(request, "sharing/correcting/withdraw.html", {"form": form, "item": item})


@require_POST
@guarded(load=queries.acknowledgements, policy=policies.can_acknowledge)
def acknowledge(request: ActorRequest, row: Acknowledgement) -> HttpResponse:
    """One button: I know."""
    services.acknowledge(actor=request.actor, acknowledgement_id=row.pk)
    messages.success(request, "The sender now sees that you know.")
    return redirect("sharing:answer", row.recipient.answer_id)


@require_http_methods(["GET", "POST"])
@guarded(load=queries.own_answers, policy=policies.can_read_answer)
def recall(request: ActorRequest, answer: Answer) -> HttpResponse:
    """Take an answer back from those for whom it was not meant."""
    current = [one for one in answer.recipients.all() if not hasattr(one, "recall")]
    offered = [(one.pk, recipient_name(one)) for one in current]
    form = RecallForm(request.POST or None, offered=offered)
    if form.is_valid():
        _recall(request, form)
        return redirect("sharing:put_right", answer.pk)
    return render(request, "sharing/recalling/recall.html", {"form": form, "answer": answer})


def _recall(request: ActorRequest, form: RecallForm) -> None:
    values = dict(form.cleaned_data)
    made = services.recall_from(
        actor=request.actor,
        recipient_ids=values.pop("recipients"),
        wanted=services.RecallInput(**values),
    )
    if any(one.was_opened for one in made):
        text = "Taken back. It had been opened, so an incident is open and its officers are told."
        messages.warning(request, text)
    else:
        messages.success(request, "Taken back before anybody had opened it.")


@require_http_methods(["GET", "POST"])
@guarded(load=queries.answers, policy=policies.can_read_answer)
def not_meant(request: ActorRequest, answer: Answer) -> HttpResponse:
    """Whoever received it says that it was not for them."""
    get_object_or_404(queries.own_recipients(request.actor).filter(answer=answer)[:1])
    # Bound by the method: a press of the button alone says enough
    form = NotMeantForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = services.not_meant_for_me(
            actor=request.actor, answer_id=answer.pk, **form.cleaned_data
        )
        messages.success(request, "Given back. The officers of both agencies are told.")
        return redirect("sharing:recall", made[0].pk) if made else redirect("sharing:shares")
    return render(request, "sharing/recalling/not_meant.html", {"form": form, "answer": answer})


@require_http_methods(["GET", "POST"])
@guarded(load=queries.recalls, policy=policies.can_see_recall)
def one_recall(request: ActorRequest, recall: Recall) -> HttpResponse:
    """What was taken back; for whoever received it, what became of copies."""
    form = CopiesForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        services.confirm_copies(actor=request.actor, recall_id=recall.pk, **values)
        messages.success(request, "Thank you. The sender sees what you said.")
        return redirect("sharing:recall", recall.pk)
    opened = services.read_recall(actor=request.actor, recall=recall)
    seen = incidents.incidents(request.actor)
    knows = recall.incident_id is not None and seen.filter(pk=recall.incident_id).exists()
    page = presenters.recall_page(request.actor, recall, opened, knows=knows)
    return render(request, "sharing/recalling/one.html", {"form": form, "page": page})
