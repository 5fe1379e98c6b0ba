"""Requests sent and answered by the portal's own services, for tests that begin from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.utils import timezone

from agencies.models import Desk
from consent.services import FamilyAccount
from consent.states import Consent, Ground, Told
from kernel.tiers import Tier
from people.identity import BirthDateKind, Identity, PersonKind
from sharing import queries, services
from sharing.models import Ask
from sharing.services import ItemInput, PersonAnswer, RecipientInput, RequestInput
from sharing.states import Category, FamilyMaySee, Outcome, Standing, Urgency
from tests.partnership import Player

# Planted in every request: none may turn up in a message, a log or an address
NAME, SIBLING, SURNAME = "Zebedee", "Florence", "O'Quill"
WHY = "Bruises on both arms, seen at swimming"
JUDGEMENT = "Their stepfather would leave the county"
BODY = "Officers attended Marigold Close three times"
SOURCE = "Niche log 4711"
PLANTED = (NAME, SIBLING, SURNAME, WHY, JUDGEMENT, BODY, SOURCE, "Marigold", "9434765919")

ZEBEDEE = Identity(
    PersonKind.CHILD,
    NAME,
    SURNAME,
    born_on=date(2018, 3, 4),
    birth_kind=BirthDateKind.EXACT,
    nhs_number="9434765919",
)
FLORENCE = Identity(PersonKind.CHILD, SIBLING, SURNAME)


def send_ask(
    asker: Player,
    desk: Desk,
    *people: Identity,
    tier: Tier = Tier.SENSITIVE,
    urgency: Urgency = Urgency.AMBER,
    desks: Mapping[UUID, Sequence[int]] | None = None,
    kept_from: Sequence[UUID] = (),
    may_pass_on: bool = True,
) -> Ask:
    """A desk is asked about these people, about Zebedee if nobody is named; or several desks are."""
    actor, people = asker.actor, people or (ZEBEDEE,)
    family = FamilyAccount(
        Told.NOT_TOLD,
        Consent.NOT_SOUGHT,
        not_told_why="He would run",
        grounds=(Ground.SEEKING_HARMS,),
        judgement=JUDGEMENT,
    )
    wanted = RequestInput(
        people=people,
        desks=desks or {desk.pk: range(len(people))},
        purpose_id=queries.purposes(timezone.localdate())[0].pk,
        tier=tier,
        categories=[Category.CONCERNS, Category.INVOLVEMENT],
        urgency=urgency,
        why=WHY,
        family=family,
        kept_from=kept_from,
        may_pass_on=may_pass_on,
    )
    draft = services.begin_request(actor=actor)
    sent = services.send_request(actor=actor, draft_id=draft.pk, wanted=wanted)
    return Ask.objects.select_related("request").get(request=sent, desk=desk)


def item(tier: Tier = Tier.SENSITIVE, body: str = BODY) -> ItemInput:
    """Something to give."""
    return ItemInput(
        Category.CONCERNS,
        tier,
        Standing.FACT,
        body,
        source=SOURCE,
        family_may_see=FamilyMaySee.ASK,
    )


def answer_ask(
    decider: Player,
    ask: Ask,
    *items: ItemInput,
    recipients: Sequence[RecipientInput] = (),
) -> Ask:
    """The desk shares these items about everybody it was asked about; without any, knows nobody."""
    actor = decider.actor
    draft = services.begin_answer(actor=actor, ask_id=ask.pk)
    subjects = ask.about.order_by("subject__position").values_list("subject_id", flat=True)
    decisions = [
        PersonAnswer(subject, Outcome.SHARED, items=items, recipients=recipients)
        if items
        else PersonAnswer(
            subject, Outcome.NOT_KNOWN, searched="Niche", searched_on=timezone.localdate()
        )
        for subject in subjects
    ]
    return services.send_answers(actor=actor, ask_id=ask.pk, draft_id=draft.pk, decisions=decisions)
