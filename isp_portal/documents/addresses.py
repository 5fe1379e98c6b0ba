"""Walking every address of the portal: its view, its methods, and who may open it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from accounts.access import Needs, needs
from isp_portal import urls

# Addresses that exist in demonstration mode alone
DEMONSTRATION_ONLY = "gallery"
UNDECLARED = "Not declared"


@dataclass(frozen=True, slots=True)
class Address:
    """One address and the view behind it."""

    route: str
    name: str
    view: Callable[..., Any]

    @property
    def policy(self) -> Callable[..., Any] | None:
        """The policy that `guarded` asks before the view runs."""
        return getattr(self.view, "policy", None)

    @property
    def who(self) -> str:
        """Who may open it, in words; the policy's name where one decides."""
        if needs(self.view) is Needs.NOTHING:
            return "Everybody"
        if needs(self.view) is Needs.FIRST_FACTOR:
            return "Whoever has given a password and still owes a code"
        if self.policy is not None:
            return f"`{policy_name(self.policy)}`"
        if getattr(self.view, "is_own_account", False):
            return "Whoever is signed in, about nobody but themselves"
        return UNDECLARED

    @property
    def methods(self) -> list[str]:
        """The methods that the view declares."""
        return declared_methods(self.view)


def addresses() -> list[Address]:
    """Every address in the order in which it is looked up."""
    patterns: list[Any] = urls.urlpatterns
    return [one for one in _walk(patterns) if not one.name.startswith(DEMONSTRATION_ONLY)]


def policy_name(policy: Callable[..., Any]) -> str:
    return f"{policy.__module__}.{policy.__name__}"


def declared_methods(view: Callable[..., Any]) -> list[str]:
    """What `require_http_methods` was given, wherever it stands among the decorators."""
    step: Callable[..., Any] | None = view
    while step is not None:
        known = inspect.getclosurevars(step).nonlocals if inspect.isfunction(step) else {}
        if "request_method_list" in known:
            return list(known["request_method_list"])
        step = getattr(step, "__wrapped__", None)
    return []


def _walk(
    patterns: Iterable[URLPattern | URLResolver], route: str = "/", space: str = ""
) -> Iterator[Address]:
    for pattern in patterns:
        below = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, below, inner)
        else:
            yield Address(below, f"{space}{pattern.name}", pattern.callback)
