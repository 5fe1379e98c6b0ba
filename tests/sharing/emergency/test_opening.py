"""Who may open what in an emergency, how long, and what others learn of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from agencies.access import hats_of, reading
from agencies.models import Desk
from audit.models import AuditEvent
from kernel.actors import Role
from kernel.decisions import Denied
from kernel.ids import new_id
from kernel.tiers import Tier
from people.models import ProtectedAddress
from sharing.models import Ask, EmergencyOpening, Receipt
from sharing.services import RecipientInput
from sharing.states import RecipientKind
from tests.asks import BODY, NAME, PLANTED, WHY, answer_ask, item, send_ask
from tests.oversight.parked import deliver
from tests.partnership import Partnership, Player, add_desk, add_person, sign_in
from tests.sharing.emergency.conftest import WORDS, later, opened, rush
from vault import services as vault

pytestmark = pytest.mark.django_db(transaction=True)


def path(name: str, *args: object) -> str:
    return reverse(f"sharing:{name}", args=args)


def emergencies_of(player: Player) -> frozenset[UUID]:
    """What a page would let them read in an emergency now."""
    (hat,) = hats_of(player.user.pk)
    return reading(hat).emergencies


def test_at_two_in_the_morning_somebody_reads_what_waits_at_a_desk_where_nobody_is(
    ask: Ask, at_night: Client, night: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = path("ask", ask.pk)
    assert at_night.get(page).status_code == 404

    answer = at_night.post(
        path("open_emergency"),
        {
            "reference": ask.request.reference.lower().replace("-", " "),
            "why": "DANGER",
            "words": WORDS,
            "submission": str(new_id()),
        },
        follow=True,
    )

    assert f'href="{page}"' in answer.content.decode()
    read = at_night.get(page).content.decode()
    assert NAME in read
    assert WHY in read
    assert "Opened in an emergency until" in read
    assert emergencies_of(night) == {ask.request.dossier_id}
    later(monkeypatch, hours=3, minutes=59)
    assert emergencies_of(night)
    later(monkeypatch, minutes=2)
    assert not emergencies_of(night)


@pytest.mark.parametrize(
    ("who", "outcome"),
    [
        ("night", "opens"),  # no seat, no clearance
        ("uncleared", "opens"),  # a seat without a clearance
        ("lead", "opens"),  # cleared, and no seat
        ("decider", "reads already"),
        ("dpo", "not_practitioner"),
        ("coordinator", "not_practitioner"),
        ("outsider", "not found"),
        ("care_night", "opens"),  # of the agency that asked
        ("asker", "reads already"),
    ],
)
def test_an_opening_is_for_those_whose_agency_was_sent_or_sent_it(
    ask: Ask, partnership: Partnership, night: Player, who: str, outcome: str
) -> None:
    partnership.night = night
    partnership.care_night = add_person("Cara Night", partnership.care, Role.PRACTITIONER)
    player: Player = getattr(partnership, who)

    found = _outcome(player, ask)

    assert found == outcome
    assert EmergencyOpening.objects.count() == (outcome == "opens")


def _outcome(player: Player, ask: Ask) -> str:
    try:
        tried = rush(player, ask.request.reference)
    except Denied as denied:
        return denied.decision.code
    return "opens" if tried.opening else "reads already" if tried.reads_already else "not found"


def test_each_side_reads_its_own_part_alone(
    partnership: Partnership, night: Player, ask: Ask, at_night: Client
) -> None:
    """The police are asked: what care keeps of its request, and what others answer, stays closed."""
    both = {partnership.police_desk.pk: [0], partnership.charity_desk.pk: [0]}
    wide = send_ask(partnership.asker, partnership.police_desk, desks=both)
    theirs = Ask.objects.get(request=wide.request, desk=partnership.charity_desk)
    answer_ask(partnership.outsider, theirs, item(body="The charity's own words"))
    (foreign,) = theirs.answers.all()

    opened(night, wide)

    assert at_night.get(path("ask", wide.pk)).status_code == 200
    for name, pk in (
        ("ask", theirs.pk),
        ("ask", ask.pk),
        ("request", wide.request_id),
        ("own_ask", theirs.pk),
        ("answer", foreign.pk),
    ):
        assert at_night.get(path(name, pk)).status_code == 404


def test_the_asking_agency_reads_its_request_and_the_answers_and_the_sender_sees_by_whom(
    partnership: Partnership, ask: Ask
) -> None:
    night = add_person("Cara Night", partnership.care, Role.PRACTITIONER)
    to_desk = RecipientInput(RecipientKind.DESK, partnership.care_desk.pk, Tier.SENSITIVE)
    answer_ask(partnership.decider, ask, item(), recipients=[to_desk])
    (answer,) = ask.answers.all()

    opened(night, ask)

    browser = sign_in(night)
    assert WHY in browser.get(path("request", ask.request_id)).content.decode()
    assert BODY in browser.get(path("answer", answer.pk)).content.decode()
    assert Receipt.objects.get(membership=night.membership_id).in_emergency
    seen = sign_in(partnership.decider).get(path("ask", ask.pk)).content.decode()
    assert "Cara Night" in seen
    assert "In an emergency" in seen


def test_a_protected_address_stays_closed(partnership: Partnership, ask: Ask) -> None:
    night = add_person("Cara Night", partnership.care, Role.PRACTITIONER)
    opened(night, ask)
    safes = set(ask.request.dossier.safes.filter(kind="ADDRESS").values_list("pk", flat=True))

    given = vault.GrantReason.EMERGENCY
    held = ask.request.dossier.safes.filter(grants__reason=given).values_list("kind", flat=True)
    assert "ADDRESS" not in held
    assert not safes & set(
        ProtectedAddress.objects.filter(safe__grants__reason=given).values_list("safe", flat=True)
    )


def test_a_reference_tells_nothing_to_those_to_whom_nothing_was_sent(
    ask: Ask, partnership: Partnership
) -> None:
    """Nobody's, another agency's, and one that somebody is kept from: the same page for all."""
    kept = add_person("Kay Kept", partnership.police, Role.PRACTITIONER)
    vault.keep_from(
        actor=partnership.decider.actor, dossier=ask.request.dossier, user_id=kept.user.pk
    )
    form = {"why": "DANGER", "words": WORDS, "submission": str(new_id())}
    pages = []
    for player, reference in (
        (partnership.outsider, ask.request.reference),
        (partnership.outsider, "ISP-0000-000"),
        (kept, ask.request.reference),
    ):
        answer = sign_in(player).post(path("open_emergency"), {**form, "reference": reference})
        assert answer.status_code == 200
        text = answer.content.decode()
        assert WORDS in text  # nothing typed is lost
        pages.append(text.split("error-summary__list")[1].split("</ul>")[0])

    assert len(set(pages)) == 1
    assert "No record with this reference was sent by or to your agency" in pages[0]
    assert AuditEvent.objects.filter(event="sharing.emergency.missed", facts={}).count() == 3


def test_references_are_not_guessed_by_the_hundred_and_what_is_ones_own_still_opens_later(
    ask: Ask, night: Player, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMERGENCY_TRIES_PER_HOUR = 2
    assert not rush(night, "ISP-0000-000").wait_until
    rush(night, "ISP-0000-000")

    stopped = rush(night, ask.request.reference)

    assert stopped.wait_until is not None
    assert stopped.opening is None
    later(monkeypatch, minutes=61)
    assert rush(night, ask.request.reference).opening


def test_pressing_twice_opens_once(ask: Ask, night: Player) -> None:
    key = new_id()
    first = rush(night, ask.request.reference, submission=key)
    second = rush(night, ask.request.reference, submission=key)

    assert first.opening == second.opening
    assert EmergencyOpening.objects.count() == 1


def test_those_who_answer_for_it_are_told_at_once_by_reference_and_link_alone(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    deliver()
    mail.outbox.clear()

    opening = opened(night, ask)
    deliver()

    told = {address for one in mail.outbox for address in one.to}
    assert told == {
        partnership.lead.user.email,
        partnership.dpo.user.email,
        partnership.coordinator.user.email,
        partnership.police_desk.mailbox,
    }
    for message in mail.outbox:
        assert ask.request.reference in message.subject
        assert path("emergency_opening", opening.pk) in str(message.body)
        assert not [one for one in (*PLANTED, WORDS) if one in str(message.body)]


def test_whoever_is_kept_from_the_case_is_not_told_of_its_opening(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    vault.keep_from(
        actor=partnership.decider.actor,
        dossier=ask.request.dossier,
        user_id=partnership.lead.user.pk,
    )
    deliver()
    mail.outbox.clear()

    opening = opened(night, ask)
    deliver()

    assert partnership.lead.user.email not in {one for sent in mail.outbox for one in sent.to}
    lead = sign_in(partnership.lead)
    assert lead.get(path("emergency_opening", opening.pk)).status_code == 404
    assert ask.request.reference not in lead.get(path("emergency")).content.decode()
    assert opening.by_partnership


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("claim", ()),
        ("take_over", ()),
        ("put_back", ()),
        ("begin_answer", ()),
        ("keep_from_ask", ()),
        ("warn_at_desk", (1,)),
    ],
)
def test_whoever_opened_it_in_an_emergency_only_reads(
    ask: Ask, night: Player, at_night: Client, name: str, rest: tuple[int, ...]
) -> None:
    """Whatever a page may draw: a POST is by one's own right alone."""
    opened(night, ask)

    answer = at_night.post(path(name, ask.pk, *rest))

    assert answer.status_code == 403
    assert "You opened this in an emergency, and only to read it" in answer.content.decode()
    ask.refresh_from_db()
    assert ask.status == "WAITING"


def test_an_opening_puts_nothing_into_ones_queue_and_counts_nowhere(
    ask: Ask, partnership: Partnership, night: Player
) -> None:
    elsewhere = add_person(
        "Elsa Where", partnership.police, Role.DESK_MEMBER, desk=_other_desk(partnership)
    )
    opened(elsewhere, ask)

    browser = sign_in(elsewhere)
    assert browser.get(path("ask", ask.pk)).status_code == 200
    assert path("ask", ask.pk) not in browser.get(path("queue")).content.decode()


def _other_desk(partnership: Partnership) -> Desk:
    return add_desk(partnership.police, "Second desk", mailbox="second@police.example")


def test_whoever_is_kept_out_afterwards_reads_nothing_more(
    ask: Ask, partnership: Partnership, night: Player, at_night: Client
) -> None:
    opened(night, ask)
    assert at_night.get(path("ask", ask.pk)).status_code == 200

    vault.keep_from(
        actor=partnership.decider.actor, dossier=ask.request.dossier, user_id=night.user.pk
    )

    assert at_night.get(path("ask", ask.pk)).status_code == 404
    assert "Opened in an emergency" not in at_night.get(path("emergency")).content.decode()


def test_what_came_in_after_an_opening_takes_another_one(
    partnership: Partnership, ask: Ask
) -> None:
    night = add_person("Cara Night", partnership.care, Role.PRACTITIONER)
    opened(night, ask)
    to_desk = RecipientInput(RecipientKind.DESK, partnership.care_desk.pk, Tier.SENSITIVE)
    answer_ask(partnership.decider, ask, item(), recipients=[to_desk])
    (answer,) = ask.answers.all()
    browser = sign_in(night)
    assert BODY not in browser.get(path("answer", answer.pk)).content.decode()

    assert rush(night, ask.request.reference).opening

    assert BODY in browser.get(path("answer", answer.pk)).content.decode()
    assert rush(night, ask.request.reference).reads_already
