"""The portal's settings for a web server of its own, with the two pages of the tests."""

from isp_portal.settings import *  # noqa: F403
from isp_portal.settings import STORAGES as _STORAGES

ROOT_URLCONF = "tests.vault.files.urls"
# Nobody collected static files here
_PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STORAGES = {**_STORAGES, "staticfiles": _PLAIN}
