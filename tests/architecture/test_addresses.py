"""Every address says whom it lets in. What it really does is tested where the page is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# How a view says it: by a policy, or by a mark that LoginRequiredMiddleware reads.
MARKS = ("policy", "is_public", "is_first_factor_only", "is_own_account")

# What an unattended screen must not do: the mark that asks for a fresh second factor stays on
STEPPED_UP = {
    "agencies:invite",
    "agencies:roles",
    "agencies:authorise",
    "agencies:end",
    "agencies:ask_reset",
    "agencies:confirm_reset",
    "sharing:release_address",
    "sharing:released_address",
}

View = Callable[..., Any]


def addresses(
    resolver: URLResolver | None = None, namespace: str = ""
) -> Iterator[tuple[str, View]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}", pattern.callback


def test_there_are_addresses_to_judge() -> None:
    assert len(list(addresses())) > 20


def test_every_address_has_a_name() -> None:
    unnamed = [
        name for name, _ in addresses() if not name.replace(":", "").replace("_", "").isalnum()
    ]

    assert unnamed == []


def test_no_two_addresses_share_a_name() -> None:
    names = [name for name, _ in addresses()]

    assert sorted(names) == sorted(set(names))


def test_every_address_says_whom_it_lets_in() -> None:
    silent = [name for name, view in addresses() if not any(hasattr(view, mark) for mark in MARKS)]

    assert silent == []


def test_what_gives_or_ends_power_asks_for_a_fresh_second_factor() -> None:
    lax = [n for n, view in addresses() if n in STEPPED_UP and not hasattr(view, "is_stepped_up")]

    assert lax == []
    assert {name for name, _ in addresses()} >= STEPPED_UP


def test_no_address_says_two_things() -> None:
    torn = [name for name, view in addresses() if sum(hasattr(view, mark) for mark in MARKS) > 1]

    assert torn == []


def test_records_are_addressed_by_keys_that_cannot_be_guessed() -> None:
    """A number in an address invites the next number."""

    def routes(resolver: URLResolver) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            yield str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from routes(pattern)

    assert [route for route in routes(get_resolver()) if "<int:pk>" in route] == []
