"""The vault's upkeep."""

from celery import shared_task

from kernel.actors import Actor
from vault import services as vault


@shared_task(name="vault.sweep_files")  # on the queue whose worker is the disposer
def sweep_files() -> None:
    """Remove what unfinished uploads and destroyed dossiers left in the file store."""
    vault.sweep_files(actor=Actor.system("sweep_files"))
