"""What is ours among what is installed, in the order of the stack."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import models


def our_apps() -> Iterator[AppConfig]:
    """The portal's own apps, from the ground up."""
    for app in apps.get_app_configs():
        if app.path.startswith(str(settings.BASE_DIR)) and "site-packages" not in app.path:
            yield app


def our_models() -> Iterator[tuple[AppConfig, list[type[models.Model]]]]:
    """Each app that has tables, with its models in the order of its code."""
    for app in our_apps():
        if found := list(app.get_models()):
            yield app, found


def library_models() -> Iterator[type[models.Model]]:
    """The tables that libraries bring along."""
    own = {app.label for app in our_apps()}
    for app in apps.get_app_configs():
        if app.label not in own:
            yield from app.get_models()
