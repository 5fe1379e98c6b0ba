"""Sealing people and what is around them, finding them again, and giving an address away."""

from people.services.releasing import record_release
from people.services.snapshots import make_findable, search, take_snapshot, thread_of
from people.services.surrounding import add_safety, introduce, record_surroundings

__all__ = [
    "add_safety",
    "introduce",
    "make_findable",
    "record_release",
    "record_surroundings",
    "search",
    "take_snapshot",
    "thread_of",
]
