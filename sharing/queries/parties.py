"""For those who must prove what happened: which records an agency sent or received."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import BooleanField, Exists, F, Func, Q, QuerySet
from django.db.models.expressions import Combinable

from sharing.models import Answer, Ask, Draft, Request, Subject
from vault.models import Safe


def requests_of(agency_id: UUID) -> QuerySet[Request]:
    """Requests that an agency sent, was asked by, or was given an answer to."""
    addressed = Q(asks__answers__recipients__desk__agency=agency_id)
    addressed |= Q(asks__answers__recipients__membership__agency=agency_id)
    party = Q(asking_agency=agency_id) | Q(asks__desk__agency=agency_id) | addressed
    return Request.objects.filter(party).distinct()


def asks_between(agency_id: UUID) -> QuerySet[Ask]:
    """Asks that an agency sent or received. Not those beside them: whom else somebody asked is theirs."""
    return Ask.objects.filter(Q(request__asking_agency=agency_id) | Q(desk__agency=agency_id))


def holds_what_was_sent_by(agency_id: UUID, safes: Combinable) -> Q:
    """Whether an array of safes has one that the agency filled for others to read."""
    asked = Q(request__asking_agency=agency_id)
    about = Subject.objects.filter(asked)
    return (
        Q(Exists(Request.objects.filter(_any_of("safe_id", safes), asking_agency=agency_id)))
        | Q(Exists(Answer.objects.filter(_any_of("safe_id", safes), ask__desk__agency=agency_id)))
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


def safes_of(info_request: Request) -> QuerySet[Safe]:
    """Everything that was sealed for a request: its words, its people, its answers."""
    return Safe.objects.filter(dossier=info_request.dossier_id)


def records_of(info_request: Request) -> list[UUID]:
    """The keys by which the log names a request: its own, its asks' and its drafts'."""
    asks = Ask.objects.filter(request=info_request).values_list("pk", flat=True)
    drafts = Draft.objects.filter(Q(request=info_request) | Q(ask__request=info_request))
    return [info_request.pk, *asks, *drafts.values_list("pk", flat=True)]


def references_of_records(ids: Collection[UUID]) -> dict[UUID, str]:
    """The reference that people quote for each request, ask or draft that the log names."""
    known = {"pk__in": list(ids)}
    found = dict(Request.objects.filter(**known).values_list("pk", "reference"))
    found |= dict(Ask.objects.filter(**known).values_list("pk", "request__reference"))
    drafts = Draft.objects.filter(**known)
    for pk, sent, asked in drafts.values_list(
        "pk", "request__reference", "ask__request__reference"
    ):
        if reference := sent or asked:
            found[pk] = reference
    return found


def references_of_safes(safes: Collection[UUID]) -> dict[UUID, str]:
    """The reference of the request that each safe belongs to."""
    found = Request.objects.filter(dossier__safes__in=list(safes))
    return dict(found.values_list("dossier__safes", "reference"))
