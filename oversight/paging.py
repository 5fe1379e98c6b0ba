"""Links to a search's further pages: signed, so that none is read without its search on record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core import signing

from kernel.actors import Actor
from oversight.queries import Place
from oversight.search import Search

_SALT = "oversight.log"
_A_DAY = 24 * 3600


def link_to(actor: Actor, search: Search, place: Place) -> str:
    """What stands in the address of the page behind a place."""
    mark = [place.at.isoformat(), place.id.hex, search.digest(actor.holder_id)]
    return signing.dumps(mark, salt=_SALT)


def read(actor: Actor, search: Search, link: str) -> Place | None:
    """Where the page begins; None where the link is not of this search by this reader today."""
    try:
        at, key, digest = signing.loads(link, salt=_SALT, max_age=_A_DAY)
    except (signing.BadSignature, ValueError):
        return None
    if digest != search.digest(actor.holder_id):
        return None
    return Place(datetime.fromisoformat(at), UUID(key))
