"""The environment variables that the portal's programs are started with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from launcher.place import Place
from launcher.secret_files import SecretFiles

DATABASES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DISPOSER_URL")
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def _based_on_ours(changes: Mapping[str, str]) -> dict[str, str]:
    """This environment with changes, of which none may be overruled by its NAME_FILE twin."""
    ours = {name: value for name, value in os.environ.items() if name != "PORTAL_STARTED"}
    for name in changes:
        ours.pop(f"{name}_FILE", None)
    return {**ours, **changes, "PYTHONUNBUFFERED": "1"}


def demonstration(place: Place, addresses: Mapping[str, str], port: int) -> dict[str, str]:
    """What `./portal up` runs: invented people, plain HTTP on this machine, mail into a folder."""
    return _based_on_ours(
        {
            **addresses,
            "DJANGO_SETTINGS_MODULE": "isp_portal.settings",
            "PORTAL_DEMO": "1",
            "DEBUG": "0",
            "SECRET_KEY": SecretFiles(place.secrets).get("secret_key"),
            "KEY_RING": str(place.keys),
            "SEALING_KEY": str(place.sealing),
            "FILE_STORE": str(place.files),
            "BASE_URL": f"http://127.0.0.1:{port}",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "EMAIL_URL": f"filemail:///{place.mail}",
            "STATIC_ROOT": str(place.static),
            "LOG_JSON": "0",
            "OUT_OF_HOURS_PHONE": "01632 960100",  # Ofcom keeps this range for fiction
        }
    )


def tests(place: Place, addresses: Mapping[str, str]) -> dict[str, str]:
    """What the tests run in: servers and keys of their own, nothing of the caller's portal."""
    environment = _based_on_ours(
        {
            **demonstration(place, addresses, 80),
            "BASE_URL": "http://localhost",
            "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
            "EMAIL_URL": "memorymail://",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser's driver runs an event loop of its own
            "CHROMIUM": chromium(),
        }
    )
    environment.pop("PORTAL_DB_ROLE", None)
    return environment


def chromium() -> str:
    """The browser for the tests: the one named, or the one installed."""
    found = (shutil.which(name) for name in BROWSERS)
    return os.environ.get("CHROMIUM") or next((path for path in found if path), "")
