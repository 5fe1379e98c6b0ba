"""Work that the clock starts."""

from celery import shared_task

from incidents import services
from kernel.actors import Actor


@shared_task(name="incidents.remind")
def remind() -> None:
    """Tell people of incidents whose time is nearly over, or over."""
    while services.remind(actor=Actor.system("incidents")):
        pass
