"""Messages that could not be sent, made as the portal makes them: promised, tried, and parked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone

from kernel import outbox
from kernel.models import OutboxMessage


@contextmanager
def mail_server_down() -> Iterator[None]:
    """Whatever is sent meanwhile fails."""

    def fail(**message: object) -> None:
        raise ConnectionRefusedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kernel.mail.send", fail)
        yield


def deliver() -> None:
    """What a worker does, until nothing waits."""
    while outbox.deliver_waiting("notify"):
        pass


def park_everything() -> list[OutboxMessage]:
    """Every notice that waits fails until it is parked; what fans out is done."""
    with mail_server_down():
        deliver()
        for _ in range(outbox.ATTEMPTS_BEFORE_PARKING):
            OutboxMessage.objects.update(available_at=timezone.now())
            deliver()
    return list(outbox.parked().order_by("pk"))
