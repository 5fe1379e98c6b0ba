"""Sharing unasked: in one go, to desks and people, each to their tier."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone

from consent.services import FamilyAccount
from consent.states import Consent, Told
from kernel import outbox
from kernel.decisions import Denied
from kernel.tiers import Tier
from people.identity import Identity
from people.matching import Wanted
from sharing import queries, services
from sharing.consistency import promises, recipients, shared_promises
from sharing.models import Draft, Receipt, Share
from sharing.services import Given, ItemInput, RecipientInput, ShareInput
from sharing.states import RecipientKind
from tests.asks import BODY, FLORENCE, PLANTED, ZEBEDEE, item
from tests.partnership import Partnership, Player
from vault import services as vault
from vault.consistency import unexplained_grants

WHY = "Please look in on them this week"


def to_desk(partnership: Partnership, tier: Tier = Tier.SENSITIVE) -> RecipientInput:
    return RecipientInput(RecipientKind.DESK, partnership.police_desk.pk, tier)


def to_person(player: Player, tier: Tier = Tier.SENSITIVE) -> RecipientInput:
    return RecipientInput(RecipientKind.PERSON, player.membership_id, tier)


def share(
    player: Player,
    *readers: RecipientInput,
    people: tuple[Identity, ...] = (ZEBEDEE,),
    items: tuple[ItemInput, ...] | None = None,
) -> Share:
    """Something about Zebedee that nobody asked for."""
    draft = services.begin_share(actor=player.actor)
    wanted = ShareInput(
        people=[Given(one, (item(),) if items is None else items) for one in people],
        recipients=readers,
        purpose_id=queries.purposes(timezone.localdate())[0].pk,
        why=WHY,
        family=FamilyAccount(Told.NOT_TOLD, Consent.NOT_RELIED_ON, not_told_why="He would run"),
    )
    sent = services.send_share(actor=player.actor, draft_id=draft.pk, wanted=wanted)
    again = services.send_share(actor=player.actor, draft_id=draft.pk, wanted=wanted)
    assert again == sent
    return sent


def read(player: Player, sent: Share) -> str:
    """What the player reads of it."""
    answers = queries.answers_in_full(player.actor).filter(share=sent)
    opened = services.open_answers(actor=player.actor, answers=answers)
    return " ".join(str(one) for one in opened.values() if not isinstance(one, vault.Withheld))


# (who, sees that there is one, reads the words, reads why)
READERS = [
    ("decider", True, True, True),
    ("colleague", True, True, True),
    ("uncleared", True, False, False),
    ("asking_colleague", True, True, True),
    ("asker", True, True, True),
    ("outsider", False, False, False),
    ("lead", False, False, False),
]


@pytest.mark.parametrize(("who", "sees", "words", "why"), READERS)
def test_a_share_is_read_by_its_recipients_and_its_own_side(
    partnership: Partnership, who: str, sees: bool, words: bool, why: bool
) -> None:
    sent = share(partnership.asker, to_desk(partnership))
    player = getattr(partnership, who)

    assert queries.answers(player.actor).filter(share=sent).exists() is sees
    text = read(player, sent)
    assert (BODY in text) is words
    assert (WHY in text) is why


def test_a_person_reads_up_to_their_tier(partnership: Partnership) -> None:
    sent = share(partnership.asker, to_person(partnership.outsider, Tier.PERSONAL))

    text = read(partnership.outsider, sent)

    assert ZEBEDEE.first_names in text
    assert BODY not in text


def test_it_stands_in_the_inbox_and_leaves_it_unread_until_opened(
    partnership: Partnership,
) -> None:
    sent = share(partnership.asker, to_desk(partnership), people=(ZEBEDEE, FLORENCE))
    actor = partnership.decider.actor

    assert queries.unread_shares(actor).count() == 2
    assert queries.narrow_shares(actor, sender=str(partnership.care.pk)).count() == 2
    assert queries.narrow_shares(actor, sender=str(partnership.charity.pk)).count() == 0
    assert queries.shares_to(partnership.outsider.actor).count() == 0
    read(partnership.decider, sent)

    assert queries.unread_shares(actor).count() == 0
    assert {one.membership_id for one in Receipt.objects.all()} == {
        partnership.decider.membership_id
    }


def test_everybody_addressed_is_told_that_something_waits_and_nothing_else(
    partnership: Partnership,
) -> None:
    sent = share(partnership.asker, to_desk(partnership), to_person(partnership.outsider))

    outbox.deliver_waiting("notify")
    outbox.deliver_waiting("notify")

    told = {address for one in mail.outbox for address in one.to}
    assert told == {partnership.police_desk.mailbox, partnership.outsider.user.email}
    for message in mail.outbox:
        assert sent.reference in message.subject
        assert not any(planted in message.body for planted in (*PLANTED, WHY))


def test_both_agencies_find_it_again(partnership: Partnership) -> None:
    sent = share(partnership.asker, to_desk(partnership))
    wanted = Wanted("Zebedee", None, "")

    for player in (partnership.asker, partnership.decider):
        found = services.look_for(actor=player.actor, wanted=wanted).records
        assert [record.subject.share_id for _, record in found] == [sent.pk]
        assert [record.is_own for _, record in found] == [player is partnership.asker]
    beside = services.look_for(actor=partnership.outsider.actor, wanted=wanted)
    assert list(beside.records) == []


def test_a_protected_address_goes_to_nobody(partnership: Partnership) -> None:
    hidden = Identity(
        ZEBEDEE.kind, "Zebedee", "O'Quill", address="4 Marigold Close", address_protected=True
    )
    sent = share(partnership.asker, to_desk(partnership), people=(hidden,))

    assert "Marigold Close" not in read(partnership.decider, sent).replace(BODY, "")
    answers = list(queries.answers_given(partnership.asker.actor, sent))
    own = services.open_share(actor=partnership.asker.actor, share=sent, answers=answers)
    assert "4 Marigold Close" in own.values()


@pytest.mark.parametrize("lacks", ["people", "items", "readers"])
def test_a_share_of_nothing_or_with_nobody_is_refused(partnership: Partnership, lacks: str) -> None:
    readers = () if lacks == "readers" else (to_desk(partnership),)
    people = () if lacks == "people" else (ZEBEDEE,)
    items = () if lacks == "items" else (item(),)

    with pytest.raises(Denied):
        share(partnership.asker, *readers, people=people, items=items)

    assert Share.objects.count() == 0


@pytest.mark.parametrize("who", ["dpo", "coordinator"])
def test_whoever_does_not_work_with_families_shares_nothing(
    partnership: Partnership, who: str
) -> None:
    with pytest.raises(Denied):
        services.begin_share(actor=getattr(partnership, who).actor)


def test_nobody_sends_a_colleagues_draft(partnership: Partnership) -> None:
    draft = services.begin_share(actor=partnership.asker.actor)

    with pytest.raises(Draft.DoesNotExist):
        services.send_share(
            actor=partnership.outsider.actor,
            draft_id=draft.pk,
            wanted=ShareInput((), (), draft.pk, WHY, FamilyAccount(Told.TOLD, Consent.OBTAINED)),
        )


def test_whoever_is_kept_from_the_case_learns_nothing_of_it(partnership: Partnership) -> None:
    sent = share(partnership.asker, to_desk(partnership))
    vault.keep_from(
        actor=partnership.asker.actor,
        dossier=sent.dossier,
        user_id=partnership.decider.user.pk,
    )
    actor = partnership.decider.actor

    assert queries.shares_to(actor).count() == 0
    assert not queries.answers(actor).exists()
    assert list(services.look_for(actor=actor, wanted=Wanted("Zebedee", None, "")).records) == []
    assert queries.shares_to(partnership.colleague.actor).count() == 1


def test_the_nightly_check_explains_every_share(partnership: Partnership) -> None:
    share(partnership.asker, to_desk(partnership), to_person(partnership.outsider))

    findings = [*recipients(), *promises(), *shared_promises(), *unexplained_grants()]

    assert findings == []
