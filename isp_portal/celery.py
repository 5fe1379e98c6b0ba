"""The Celery application. Workers act from outbox rows; the broker only wakes them up."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isp_portal.settings")

app = Celery("isp_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
