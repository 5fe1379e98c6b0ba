"""Upkeep of the logs' tables, and their seals."""

from celery import shared_task
from django.db import connection

from audit import outlets
from audit.consistency import CHECKER
from audit.services import checking, publishing, sealing, verifying
from kernel.actors import Actor


@shared_task(name="audit.make_partitions")
def make_partitions() -> None:
    """Create the partitions of the months ahead, by a function that runs as the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_partitions()")


@shared_task(name="audit.seal")
def seal() -> None:
    """Seal what came since the last seal. Only the worker that holds the sealing key runs this."""
    sealing.seal_waiting(actor=Actor.system("seal"))


@shared_task(name="audit.publish_root")
def publish_root() -> None:
    """Let the newest root leave the machine."""
    publishing.publish_root(actor=Actor.system("publish"))


@shared_task(name="audit.verify")
def verify() -> None:
    """Look through the whole chain, and at the statements that this host can read."""
    verifying.verify(actor=Actor.system("verify"), statements=outlets.kept())


@shared_task(name="audit.check_records")
def check_records() -> None:
    """Compare what confers power and what must agree; each new finding is an incident."""
    checking.check_records(actor=CHECKER)
