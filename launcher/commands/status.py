"""./portal status: each part, its process and port."""

from __future__ import annotations

from launcher import state
from launcher.place import RUN, Place
from launcher.processes import leftovers, recorded
from launcher.programs import answers


def run(_arguments: list[str]) -> int:
    """Exit code 0 only if every part runs and pages can be opened."""
    place = Place(RUN)
    now = state.load(place)
    if now is None:
        print("The portal is not running. Start it with ./portal up")
        if left := leftovers(place):
            print(f"A killed start left running: {', '.join(left)}. ./portal up or down clears it.")
        return 1
    is_up = [_show(place, name, port) for name, port in now.parts.items()]
    live = answers(now.port)
    print(f"\n{now.address} {'answers' if live else 'does not answer'}")
    return 0 if live and now.ready and all(is_up) else 1


def _show(place: Place, name: str, port: int | None) -> bool:
    identity = recorded(place.record(name))
    alive = identity is not None and identity.is_alive()
    process = f"process {identity.pid}" if identity and alive else ""
    print(
        f"{name:12}{'running' if alive else 'STOPPED':10}{process:18}{f'port {port}' if port else ''}"
    )
    return alive
