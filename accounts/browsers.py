"""A browser's family as it calls itself, short enough for its owner to know it by.

Only ever shown to the person who signed in with it. The rest of what a browser says of itself
would tell browsers apart, so it is not kept.
"""

from __future__ import annotations

# The first that fits: most browsers also call themselves by the names further down.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def family(user_agent: str) -> str:
    """Like "Firefox on Windows"."""
    return f"{_first(_BROWSERS, user_agent, 'A browser')} on {_first(_SYSTEMS, user_agent, 'a computer')}"


def _first(names: tuple[tuple[str, str], ...], text: str, otherwise: str) -> str:
    return next((name for mark, name in names if mark in text), otherwise)
