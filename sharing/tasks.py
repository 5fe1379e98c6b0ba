"""Work that the clock starts."""

from celery import shared_task

from kernel.actors import Actor
from sharing import services


@shared_task(name="sharing.find_overdue")
def find_overdue() -> None:
    """Tell people of requests whose time has run out."""
    while services.notice_overdue(actor=Actor.system("overdue")):
        pass
