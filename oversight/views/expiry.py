"""Letting a month of the log go: one proposes, another approves, the machine destroys."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import ActorRequest, guarded, guarded_page
from audit import policies as audit
from audit.models import PartitionExpiry
from audit.services import expiry as services
from oversight import queries
from oversight.forms.expiry import MonthForm
from oversight.presenters import expiry as presenters
from oversight.presenters.sections import sections


@require_safe
@guarded_page(audit.can_see_expiries)
def expiry(request: ActorRequest) -> HttpResponse:
    """Months that the schedule no longer keeps, and what was decided about others."""
    return _page(request, _form(request))


def _form(request: ActorRequest) -> MonthForm:
    return MonthForm(request.POST or None, months=queries.due_months(request.actor))


def _page(request: ActorRequest, form: MonthForm) -> HttpResponse:
    runs = list(queries.expiries(request.actor))
    names = queries.member_names(presenters.people_in(runs))
    context = {
        "oversight": sections(request.actor),
        "form": form,
        "runs": presenters.run_rows(request.actor, runs, names),
    }
    return render(request, "oversight/expiry.html", context)


@require_POST
@guarded_page(audit.can_see_expiries)
def propose(request: ActorRequest) -> HttpResponse:
    """Name a month that may go; what was chosen wrongly comes back with what to do."""
    form = _form(request)
    if not form.is_valid():
        return _page(request, form)
    services.propose_expiry(actor=request.actor, month=form.cleaned_data["month"])
    messages.success(request, "Proposed. Somebody else has to approve it.")
    return redirect("oversight:expiry")


@require_http_methods(["GET", "POST"])
@guarded(load=queries.expiries, policy=audit.can_approve_expiry)
def approve(request: ActorRequest, run: PartitionExpiry) -> HttpResponse:
    """One page that says what goes for good, before it does."""
    if request.method == "POST":
        services.approve_expiry(actor=request.actor, expiry_id=run.pk)
        messages.success(request, "Approved. It is destroyed when audit_expire next runs.")
        return redirect("oversight:expiry")
    names = queries.member_names(presenters.people_in([run]))
    (row,) = presenters.run_rows(request.actor, [run], names)
    return render(request, "oversight/approve_expiry.html", {"row": row})
