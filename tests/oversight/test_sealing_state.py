"""Whether the log is protected stands on its page, and each entry says by which seal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit import services as audit
from audit.keys import SealingKey
from audit.models import AuditEvent, Channel, PendingEvent, RootDelivery, Seal, Verification
from audit.services import sealing
from kernel.actors import Actor
from kernel.decisions import deny
from oversight.presenters.seals import sealing_rows
from oversight.queries import Sealing
from tests.audit.conftest import sealing_key
from tests.partnership import ClientFor, Partnership

__all__ = ["sealing_key"]

pytestmark = pytest.mark.django_db


def seal(age: timedelta = timedelta()) -> Seal:
    return Seal(number=1204, at=timezone.now() - age, count=3, root="", previous="")


def looked(problems: int = 0, age: timedelta = timedelta()) -> Verification:
    return Verification(problems=problems, ended_at=timezone.now() - age)


def left(age: timedelta = timedelta()) -> RootDelivery:
    return RootDelivery(seal_id=1200, channel=Channel.FILE, left_at=timezone.now() - age)


def waiting(age: timedelta) -> PendingEvent:
    return PendingEvent(at=timezone.now() - age)


def well() -> Sealing:
    return Sealing(seal(), waiting(timedelta(seconds=40)), looked(), left())


OLD = timedelta(days=3)


@pytest.mark.parametrize(
    ("found", "unwell"),
    [
        (well, []),
        (lambda: Sealing(seal(), None, looked(), left()), []),
        (
            lambda: Sealing(None, None, None, None),
            ["Sealed", "Kept outside this machine", "Looked through"],
        ),
        (lambda: Sealing(seal(OLD), None, looked(), left()), ["Sealed"]),
        (lambda: Sealing(seal(), waiting(OLD), looked(), left()), ["Waiting to be sealed"]),
        (lambda: Sealing(seal(), None, looked(), left(OLD)), ["Kept outside this machine"]),
        (lambda: Sealing(seal(), None, looked(age=OLD), left()), ["Looked through"]),
        (lambda: Sealing(seal(), None, looked(problems=2), left()), ["Looked through"]),
    ],
)
def test_each_protection_that_fails_is_named(
    found: Callable[[], Sealing], unwell: list[str]
) -> None:
    """What is found is made for each test: what was fresh when tests were collected grows old."""
    rows = sealing_rows(found())

    assert len(rows) == 4
    assert [row.name for row in rows if not row.is_well] == unwell


def test_an_entry_waits_until_a_seal_covers_it(
    client_for: ClientFor, partnership: Partnership
) -> None:
    actor = partnership.decider.actor
    audit.record_refusal(actor=actor, decision=deny("not_at_desk", "No"), view="sharing:queue")
    entry = AuditEvent.objects.get(event="audit.refused")
    client = client_for(partnership.dpo)

    html = client.get(reverse("oversight:change", args=[entry.pk])).content.decode()

    assert "Waiting to be sealed" in html


def test_a_sealed_entry_names_its_seal(
    client_for: ClientFor, partnership: Partnership, sealing_key: SealingKey
) -> None:
    actor = partnership.decider.actor
    audit.record_refusal(actor=actor, decision=deny("not_at_desk", "No"), view="sharing:queue")
    entry = AuditEvent.objects.get(event="audit.refused")
    sealing.seal_waiting(actor=Actor.system("seal"))
    client = client_for(partnership.dpo)

    html = client.get(reverse("oversight:change", args=[entry.pk])).content.decode()

    assert "Seal 1, made on" in html
    assert "Seal 1, made on" in client.get(reverse("oversight:log")).content.decode()


def test_the_page_of_the_log_says_that_no_seal_was_made(
    client_for: ClientFor, partnership: Partnership
) -> None:
    html = client_for(partnership.dpo).get(reverse("oversight:log")).content.decode()

    assert "Not yet: no seal was ever made" in html
    assert "Tell whoever keeps the machines" in html
