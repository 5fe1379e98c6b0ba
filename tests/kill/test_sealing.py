"""The sealer dies in the middle of a seal. The next one seals everything, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from audit.models import AccessEvent, AuditEvent, Leaf, PendingEvent, Seal
from audit.services import sealing, verifying
from kernel.actors import Actor
from tests.asks import send_ask
from tests.audit.conftest import sealing_key
from tests.kill.conftest import Programs, until
from tests.partnership import Partnership

__all__ = ["sealing_key"]

STEPS = {
    "nothing is taken": "audit.services.sealing:_take:before",
    "all is taken": "audit.services.sealing:_take:after",
    "the seal is signed": "audit.keys:SealingKey.sign:after",
    "the seal is committed": "audit.services.sealing:_seal_once:after",
}


@pytest.mark.usefixtures("sealing_key")
@pytest.mark.parametrize("step", STEPS)
def test_a_sealer_killed_at_any_step_leaves_whole_seals_and_what_waits(
    partnership: Partnership,
    programs: Programs,
    run_task: Callable[[str, str], None],
    settings: Any,
    step: str,
) -> None:
    send_ask(partnership.asker, partnership.police_desk)
    sealer = programs.worker("audit", STEPS[step], SEALING_KEY=str(settings.SEALING_KEY))
    run_task("audit.seal", "audit")
    sealer.wait_until_held().kill()

    def sealed() -> bool:
        """By the next sealers: the first may come before the database knows that the other died."""
        sealing.seal_waiting(actor=Actor.system("seal"))
        return not PendingEvent.objects.exists()

    until(sealed, "the next seals")
    assert Leaf.objects.count() == AuditEvent.objects.count() + AccessEvent.objects.count() > 0
    numbers = list(Seal.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert verifying.verify(actor=Actor.system("verify")).findings == []
