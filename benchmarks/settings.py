"""The portal's own settings, with static files served unhashed and a hasher that costs nothing."""

from isp_portal.settings import *  # noqa: F403 - a settings module is a list of names

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ROOT_URLCONF = "benchmarks.urls"
LOGGING = {"json": True, "level": "ERROR"}
