"""Upkeep of the logs' tables."""

from celery import shared_task
from django.db import connection


@shared_task(name="audit.make_partitions")
def make_partitions() -> None:
    """Create the partitions of the months ahead, by a function that runs as the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions()")
