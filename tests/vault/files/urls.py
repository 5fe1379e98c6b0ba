"""The portal's own addresses, and two pages that no product page stands for yet: add and get."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_http_methods

from agencies.access import ActorRequest, guarded
from isp_portal.urls import handler403, handler404, handler500
from isp_portal.urls import urlpatterns as portal
from kernel import forms
from kernel.actors import Actor
from kernel.decisions import ALLOW, Decision, deny
from tests.vault.files.sample import Paper, into
from vault import services as vault
from vault.files.downloads import file_response
from vault.files.forms import File
from vault.files.uploads import sealing
from vault.models import Safe
from vault.services import Destination, Upload, Why

__all__ = ["handler403", "handler404", "handler500"]
PAGE = (
    "{% extends 'layouts/form.html' %}"
    "{% block title %}Add a file{% endblock %}{% block submit_text %}Add{% endblock %}"
)


class PaperForm(forms.Form):
    words = forms.Text("What it is", ask="Enter what it is")
    paper = File("The file", ask="Select a file")


def safes(actor: Actor) -> QuerySet[Safe]:
    return Safe.objects.filter(kind="LETTER")


def may_add(actor: Actor, safe: Safe) -> Decision:
    return (
        ALLOW if vault.reach_of(actor, safe) else deny("not_yours", "This is not yours to add to")
    )


def papers(actor: Actor) -> QuerySet[Paper]:
    return Paper.objects.all()


def anybody(actor: Actor, paper: Paper) -> Decision:
    return ALLOW


def destination(actor: Actor, safe: Safe) -> Destination:
    return into(safe)


@require_http_methods(["GET", "POST"])
@guarded(load=safes, policy=may_add)
@sealing(destination, largest=101 * 1024 * 1024)
def add(request: ActorRequest, safe: Safe) -> HttpResponseBase:
    return _add(request, safe)


@require_http_methods(["GET", "POST"])
@guarded(load=safes, policy=may_add)
@sealing(destination, largest=1024 * 1024)
def add_small(request: ActorRequest, safe: Safe) -> HttpResponseBase:
    return _add(request, safe)


def _add(request: ActorRequest, safe: Safe) -> HttpResponseBase:
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        keep(request.actor, safe, form.cleaned_data["paper"])
        return redirect("home")
    page: Any = engines["jinja2"]
    return HttpResponse(page.from_string(PAGE).render({"form": form}, request))


@transaction.atomic
def keep(actor: Actor, safe: Safe, upload: Upload) -> None:
    paper = Paper(pk=upload.row_id, safe=safe)
    vault.keep_file(actor=actor, upload=upload, row=paper)
    paper.save(force_insert=True)


@require_http_methods(["GET", "HEAD"])
@guarded(load=papers, policy=anybody)
def get(request: ActorRequest, paper: Paper) -> HttpResponseBase:
    return file_response(request, request.actor, Why.READING, paper.file)


urlpatterns = [
    path("safes/<uuid:pk>/add/", add, name="add"),
    path("safes/<uuid:pk>/add-small/", add_small, name="add_small"),
    path("papers/<uuid:pk>/", get, name="get"),
    *portal,
]
