"""Composition only: settings, URLs, workers, system checks. Nothing imports this package."""

from isp_portal.celery import app as celery_app

__all__ = ["celery_app"]
