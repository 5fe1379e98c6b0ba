"""What the inbox is compared with: a bare Django view, the same SQL and the same template.

It asks no policy, opens no vault and writes no audit: the name column shows a constant.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import public
from kernel.actors import Actor
from kernel.listing import list_page
from people.identity import PersonKind
from sharing import queries
from sharing.forms.shares import SharesFilter
from sharing.models import Recipient
from sharing.presenters import shares as presenters
from vault.sealed import Sealed

READER: dict[str, Actor] = {}
IDENTITY = {"kind": PersonKind.CHILD.value, "name": [{"use": "official", "givenName": ["Child"]}]}


class _Plain(dict[Sealed, object]):
    """In place of what the vault opens."""

    def __missing__(self, sealed: Sealed) -> object:
        return IDENTITY


@public
def inbox(request: HttpRequest) -> HttpResponse:
    """The reader's newest shares."""

    def rows(found: Sequence[Recipient]) -> list[presenters.ShareRow]:
        return presenters.share_rows(found, _Plain())  # type: ignore[arg-type]  # stands in for Opened

    listing = list_page(
        queries.shares_to(READER["actor"]),
        request.GET,
        sorts={"sent": ["pk"]},
        default="-sent",
        present=rows,
    )
    form = SharesFilter(None, agencies=[])
    return render(request, "sharing/shares/shares.html", {"form": form, "listing": listing})
