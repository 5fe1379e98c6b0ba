"""What was put right, taken back and reported: one record of each, for the addresses about them."""

from __future__ import annotations

from types import SimpleNamespace

from incidents import services as incidents
from incidents.states import Kind
from sharing.models import Acknowledgement
from tests.partnership import Partnership
from tests.sharing.righting.given import correct, give_wrongly, read, recall


def put_right(partnership: Partnership) -> SimpleNamespace:
    """The police corrected one answer, and took another back from the charity, which had opened it."""
    answer, wrong = give_wrongly(partnership)
    new = correct(partnership.decider, answer.items.get())
    other, astray = give_wrongly(partnership)
    read(partnership.outsider, other)
    (recalled,) = recall(partnership.decider, astray)
    incident = incidents.open_incident(
        actor=partnership.asker.actor,
        kind=Kind.LOST,
        agency_ids=[partnership.care.pk, partnership.police.pk],
        happened_at=None,
        account="A bag was left on a bus",
    )
    asked = Acknowledgement.objects.get(recipient=wrong)
    return SimpleNamespace(
        answer=answer, item=new, acknowledgement=asked, recall=recalled, incident=incident
    )
