"""What somebody looks for among colleagues, in an address that tells it to nobody.

Addresses stay in browsers' histories and in the logs of proxies: a name does not belong there.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest

from accounts.sealing import Unreadable, from_text, seal, to_text, unseal
from kernel.actors import Actor

_USE = "people search"


def as_link(actor: Actor, typed: str) -> str:
    """The words sealed for whoever typed them; nothing for nothing."""
    return to_text(*seal(_USE, typed.encode(), actor.user_id)) if typed else ""


def from_link(actor: Actor, link: str) -> str:
    """The words again; nothing where the link is somebody else's, old or made up."""
    try:
        return unseal(_USE, *from_text(link), actor.user_id).decode()
    except Unreadable:
        return ""


def address_of(request: HttpRequest, actor: Actor, typed: str) -> str:
    """The page itself, with the words sealed into its address."""
    link = as_link(actor, typed)
    return f"{request.path}?{urlencode({'find': link})}" if link else request.path
