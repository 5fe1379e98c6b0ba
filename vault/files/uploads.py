"""How a view takes files:

    @require_http_methods(["GET", "POST"])
    @guarded(load=queries.open_drafts, policy=policies.can_attach)
    @sealing(attachment_destination)
    def attach(request, draft): ...

Permission is decided outside, by `guarded`, before the first byte is accepted. The CSRF check moves
inside, for it reads the form and so the files; a form from another site's page shows that in its
Origin header and is refused before it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.views.decorators.csrf import csrf_protect

from vault.files.handlers import MEGABYTE, SealingHandler
from vault.files.uploading import Destination

View = Callable[..., HttpResponseBase]


def sealing(
    destination: Callable[..., Destination], *, largest: int | None = None, most: int = 1
) -> Callable[[View], View]:
    """Seal what the form uploads as it arrives. `destination` gets the actor and what `guarded`
    loaded, and names the safe, tier and field; it is asked anew for each file."""

    def decorate(view: View) -> View:
        if hasattr(view, "policy"):
            raise TypeError("guarded stands outside of sealing: who may not, sends no byte")
        checked = csrf_protect(view)

        @wraps(view)
        def wrapper(request: Any, *loaded: Any, **rest: Any) -> HttpResponseBase:
            handler = SealingHandler(
                request.actor,
                partial(destination, request.actor, *loaded),
                largest=largest or settings.FILE_LARGEST_MB * MEGABYTE,
                most=most,
            )
            request.upload_handlers = [handler]
            try:
                return checked(request, *loaded, **rest)
            finally:
                handler.release()

        wrapper.csrf_exempt = True  # type: ignore[attr-defined]  # the middleware waits for ours
        return wrapper

    return decorate
