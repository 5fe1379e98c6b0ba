"""Something given to somebody for whom it was not meant, and to those for whom it was."""

from __future__ import annotations

from uuid import UUID

from kernel.tiers import Tier
from sharing import queries, services
from sharing.models import Answer, Item, Recall, Recipient
from sharing.services import CorrectionInput, RecallInput, RecipientInput
from sharing.states import FamilyMaySee, RecipientKind, Standing
from sharing.states.righting import RecallReason
from tests.asks import answer_ask, item, send_ask
from tests.partnership import Partnership, Player
from vault import services as vault

RIGHT = "Officers attended Marjoram Close once"
REASON = "The log was of another street"
ACCOUNT = "The wrong desk was ticked"


def give(partnership: Partnership, *desks: UUID) -> Answer:
    """The police answer, and tell these desks besides."""
    ask = send_ask(partnership.asker, partnership.police_desk)
    recipients = [RecipientInput(RecipientKind.DESK, one, Tier.SENSITIVE) for one in desks]
    answer_ask(partnership.decider, ask, item(), recipients=recipients)
    return Answer.objects.get(ask=ask)


def give_wrongly(partnership: Partnership) -> tuple[Answer, Recipient]:
    """The charity's desk gets what it should not have."""
    answer = give(partnership, partnership.charity_desk.pk)
    return answer, answer.recipients.get(desk=partnership.charity_desk)


def read(player: Player, answer: Answer) -> list[object]:
    """Opens an answer as its page does; gives back what stands on it."""
    found = queries.answers_in_full(player.actor).get(pk=answer.pk)
    opened = services.open_answers(actor=player.actor, answers=[found])
    return [opened[one.body] for one in found.items.all() if opened[one.body]]


def correct(player: Player, row: Item, body: str = RIGHT) -> Item:
    wanted = CorrectionInput(body, Standing.FACT, FamilyMaySee.ASK, REASON)
    made = services.correct_item(actor=player.actor, item_id=row.pk, wanted=wanted)
    return made.replacement


def recall(player: Player, *recipients: Recipient) -> list[Recall]:
    return services.recall_from(
        actor=player.actor,
        recipient_ids=[one.pk for one in recipients],
        wanted=RecallInput(RecallReason.WRONG_RECIPIENT, ACCOUNT),
    )


def opens_nothing(player: Player, answer: Answer) -> bool:
    """Whether the vault itself refuses, whatever rows somebody has read."""
    (row,) = answer.items.all()
    opened = vault.open(player.actor, vault.Why.READING, row.body)
    return opened[row.body] is vault.WITHHELD
