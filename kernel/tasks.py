"""The relay: wakes up, does what waits in the outbox, sleeps."""

from celery import current_app, shared_task

from kernel import outbox

SWEEP_SECONDS = 10


@shared_task(name="kernel.relay")
def relay(queue: str) -> None:
    """Deliver what waits in one queue."""
    outbox.deliver_waiting(queue)


@shared_task(name="kernel.sweep")
def sweep() -> None:
    """Wake every queue's workers: finds work whose wake-up call was lost."""
    for queue in sorted(outbox.registered_queues()):
        # Calls that no worker took are not kept for it: the next sweep makes another.
        current_app.send_task("kernel.relay", args=[queue], queue=queue, expires=SWEEP_SECONDS)
