"""For those who must prove what happened: which records an agency sent or received."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, F, Func, Q, QuerySet
from django.db.models.expressions import Combinable

from sharing.models import (
    Answer,
    Ask,
    Attachment,
    Copy,
    Draft,
    EmergencyOpening,
    Escalation,
    OwnNote,
    Request,
    Share,
    Subject,
    WordBack,
)
from sharing.queries.righting import righted_in
from vault.models import Safe

# What has a reference and a dossier
Case = Request | Share


def requests_of(agency_id: UUID) -> QuerySet[Request]:
    """Requests that an agency sent, was asked by, or was given an answer to."""
    addressed = Q(asks__answers__recipients__desk__agency=agency_id)
    addressed |= Q(asks__answers__recipients__membership__agency=agency_id)
    party = Q(asking_agency=agency_id) | Q(asks__desk__agency=agency_id) | addressed
    return Request.objects.filter(party).distinct()


def asks_between(agency_id: UUID) -> QuerySet[Ask]:
    """Asks that an agency sent or received. Not those beside them: whom else somebody asked is theirs."""
    return Ask.objects.filter(Q(request__asking_agency=agency_id) | Q(desk__agency=agency_id))


def shares_of(agency_id: UUID) -> QuerySet[Share]:
    """What an agency gave unasked, logged, or was given unasked."""
    addressed = Q(answers__recipients__desk__agency=agency_id)
    addressed |= Q(answers__recipients__membership__agency=agency_id)
    return Share.objects.filter(Q(from_agency=agency_id) | addressed).distinct()


def holds_what_was_sent_by(agency_id: UUID, safes: Combinable) -> Q:
    """Whether an array of safes has one that the agency filled for others to read."""
    about = Subject.objects.filter(
        Q(request__asking_agency=agency_id) | Q(share__from_agency=agency_id)
    )
    given = Answer.objects.filter(Q(ask__desk__agency=agency_id) | Q(share__from_agency=agency_id))
    return (
        Q(Exists(Request.objects.filter(_any_of("safe_id", safes), asking_agency=agency_id)))
        | Q(Exists(Share.objects.filter(_any_of("safe_id", safes), from_agency=agency_id)))
        | Q(Exists(given.filter(_any_of("safe_id", safes))))
        | Q(Exists(about.filter(_any_of("snapshot__safe_id", safes))))
        | Q(Exists(about.filter(_any_of("snapshot__protected_address__safe_id", safes))))
    )


def _any_of(column: str, array: Combinable) -> Func:
    """column = ANY (array), which Django has no word for."""
    return Func(
        F(column),
        array,
        template="(%(expressions)s))",
        arg_joiner=" = ANY (",
        output_field=BooleanField(),
    )


def safes_of(case: Case) -> QuerySet[Safe]:
    """Everything that was sealed for a record: its words, its people, its answers."""
    return Safe.objects.filter(dossier=case.dossier_id)


def records_of(case: Case) -> list[UUID]:
    """The keys by which the log names a record: its own, its asks' and its drafts'."""
    rushed = EmergencyOpening.objects.filter(dossier=case.dossier_id).values_list("pk", flat=True)
    if isinstance(case, Share):
        own = [case.draft_id] if case.draft_id else []
        return [case.pk, *own, *rushed, *_papers_of(case), *righted_in([case.dossier_id])]
    asks = Ask.objects.filter(request=case).values_list("pk", flat=True)
    drafts = Draft.objects.filter(Q(request=case) | Q(ask__request=case))
    logs = Share.objects.filter(answered_ask__request=case).values_list("pk", flat=True)
    disputes = Escalation.objects.filter(ask__request=case).values_list("pk", flat=True)
    found = [case.pk, *asks, *logs, *disputes, *rushed, *_papers_of(case)]
    return [*found, *righted_in([case.dossier_id]), *drafts.values_list("pk", flat=True)]


def references_of_records(ids: Collection[UUID]) -> dict[UUID, str]:
    """The reference that people quote for each request, share, ask or draft that the log names."""
    known = {"pk__in": list(ids)}
    found = dict(Request.objects.filter(**known).values_list("pk", "reference"))
    found |= dict(Share.objects.filter(**known).values_list("pk", "reference"))
    found |= dict(Ask.objects.filter(**known).values_list("pk", "request__reference"))
    found |= dict(Escalation.objects.filter(**known).values_list("pk", "reference"))
    found |= dict(EmergencyOpening.objects.filter(**known).values_list("pk", "reference"))
    found |= _references_of_papers(known)
    drafts = Draft.objects.filter(**known)
    for pk, *became in drafts.values_list(
        "pk", "request__reference", "share__reference", "ask__request__reference"
    ):
        if reference := next(filter(None, became), None):
            found[pk] = reference
    return found


def _references_of_papers(known: dict[str, list[UUID]]) -> dict[UUID, str]:
    """The same for copies, files, notes and words back."""
    ways: dict[type[Any], tuple[str, ...]] = {
        Copy: ("answer__ask__request", "answer__share"),
        Attachment: ("request", "ask__request"),
        OwnNote: ("request", "answer__ask__request", "answer__share"),
        WordBack: ("subject__request",),
    }
    return {
        pk: next(filter(None, references))
        for model, paths in ways.items()
        for pk, *references in model.objects.filter(**known).values_list(
            "pk", *(f"{path}__reference" for path in paths)
        )
    }


def _papers_of(case: Case) -> list[UUID]:
    """Copies, files and words back. What either side noted for itself is its own."""
    within = {"safe__dossier": case.dossier_id}
    copies = Copy.objects.filter(answer__safe__dossier=case.dossier_id)
    return [
        *copies.values_list("pk", flat=True),
        *Attachment.objects.filter(**within).values_list("pk", flat=True),
        *WordBack.objects.filter(**within).values_list("pk", flat=True),
    ]


def references_of_safes(safes: Collection[UUID]) -> dict[UUID, str]:
    """The reference of the record that each safe belongs to; a log in a request's dossier, the request's."""
    within = {"dossier__safes__in": list(safes)}
    found: dict[UUID, str] = {}
    for cases in (Share.objects.filter(**within), Request.objects.filter(**within)):
        found |= dict(cases.values_list("dossier__safes", "reference"))
    return found
