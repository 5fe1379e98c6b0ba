"""For those who must prove what happened: which records an agency sent or received."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, F, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

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


# By which ways each record that the log names comes to the reference that people quote
_REFERENCES: dict[type[Any], tuple[str, ...]] = {
    Request: ("reference",),
    Share: ("reference",),
    Ask: ("request__reference",),
    Escalation: ("reference",),
    EmergencyOpening: ("reference",),
    Copy: ("answer__ask__request__reference", "answer__share__reference"),
    Attachment: ("request__reference", "ask__request__reference"),
    OwnNote: (
        "request__reference",
        "answer__ask__request__reference",
        "answer__share__reference",
    ),
    WordBack: ("subject__request__reference",),
    Draft: ("request__reference", "share__reference", "ask__request__reference"),
}


def references_of_records(ids: Collection[UUID]) -> dict[UUID, str]:
    """The reference of each record that the log names, in one query for all kinds."""
    first, *others = (_references(model, paths, ids) for model, paths in _REFERENCES.items())
    return {pk: said for pk, said in first.union(*others, all=True) if said}


def _references(
    model: type[Any], paths: Sequence[str], ids: Collection[UUID]
) -> QuerySet[Any, tuple[UUID, str | None]]:
    # Coalesce wants two; nothing comes after the last
    said = Coalesce(*paths, Value(""))
    found: QuerySet[Any, tuple[UUID, str | None]] = (
        model.objects.filter(pk__in=list(ids)).order_by().annotate(said=said)
    ).values_list("pk", "said")
    return found


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
