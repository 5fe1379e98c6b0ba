"""Questions to the designated lead, asked by the portal's own services."""

from __future__ import annotations

from typing import Any

from guidance import services
from guidance.matters import Matter
from guidance.models import Advice
from guidance.services import Question
from guidance.states import Query
from kernel.ids import new_id
from tests.partnership import Player

WORDS = "A child of 8 comes to school hungry: may we tell the housing officer?"
ADVICE = "Yes: welfare needs no consent. Leave the landlord out."


def ask(asker: Player, matter: Matter | None = None, **said: Any) -> Advice:
    """Somebody is unsure."""
    first: dict[str, Any] = {"submission": new_id(), "query": Query.WHETHER, "words": WORDS}
    question = Question(**(first | said))
    return services.ask_lead(actor=asker.actor, question=question, matter=matter)


def advise(lead: Player, advice: Advice) -> Advice:
    """A lead answers."""
    return services.answer_advice(actor=lead.actor, advice_id=advice.pk, words=ADVICE)


def read(reader: Player, advice: Advice) -> list[str]:
    """What somebody reads of a question and its answer; markers as text."""
    advice = Advice.objects.select_related("reply").get(pk=advice.pk)
    opened = services.open_advice(actor=reader.actor, found=[advice])
    return [str(opened[one]) for one in advice.words]
