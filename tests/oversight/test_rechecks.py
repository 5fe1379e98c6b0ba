"""Whoever may no longer know is told nothing: every topic looks again before it sends.

A new topic without a case here fails: say how its recipient can lose the right, or why none can.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from agencies import services as agencies
from agencies.models import Desk, KnownBy, Membership, Terms
from agencies.services import Cover, Offer
from agencies.services.appointing import seat
from incidents.models import Incident
from incidents.services import open_incident, remind
from incidents.states import Kind
from kernel import outbox
from kernel.actors import Actor, Role
from kernel.ids import new_id
from kernel.models import OutboxMessage
from kernel.tiers import Tier
from sharing import services
from sharing.models import Ask, Escalation, Recipient
from sharing.services import RecipientInput
from sharing.services.emergency import EmergencyInput, open_in_emergency
from sharing.states import EscalationAbout, EscalationLevel, RecipientKind
from sharing.states.emergency import EmergencyWhy
from tests.asks import answer_ask, item, send_ask
from tests.guidance.asking import ask as ask_lead
from tests.oversight.parked import deliver, mail_server_down
from tests.partnership import OPERATOR, Partnership, Player, add_person
from tests.sharing.channels.test_giving import share, to_desk, to_person
from tests.sharing.righting.given import correct, give_wrongly, read, recall
from vault import services as vault
from vault.services import keep_from

pytestmark = pytest.mark.django_db

# Whose addresses must stay silent, and what takes their right away
Case = Callable[[Partnership], tuple[set[str], Callable[[], object]]]


def leaves(player: Player) -> None:
    member = Membership.objects.get(pk=player.membership_id)
    member.ended_at, member.ended_by = timezone.now(), member
    member.attest().save()


def gives_up_the_seat(player: Player) -> None:
    seat(Membership.objects.get(pk=player.membership_id), [], actor=OPERATOR)


def closes(desk: Desk) -> None:
    Desk.objects.filter(pk=desk.pk).update(is_open=False)


def new_request(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    send_ask(partnership.asker, partnership.police_desk)
    leaver, mover = partnership.colleague, partnership.uncleared

    def lose() -> None:
        leaves(leaver)
        gives_up_the_seat(mover)
        closes(partnership.police_desk)

    silent = {leaver.user.email, mover.user.email, partnership.police_desk.mailbox}
    return silent, lose


def answered(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    named = add_person("Nina Named", partnership.care, Role.PRACTITIONER)
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    to_named = RecipientInput(RecipientKind.PERSON, named.membership_id, Tier.PERSONAL)
    answer_ask(partnership.decider, ask, item(), recipients=[to_named])

    def lose() -> None:
        leaves(partnership.asker)
        leaves(named)
        closes(partnership.care_desk)

    silent = {partnership.asker.user.email, named.user.email, partnership.care_desk.mailbox}
    return silent, lose


def shared_unasked(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    share(partnership.asker, to_desk(partnership), to_person(partnership.outsider))

    def lose() -> None:
        leaves(partnership.outsider)
        closes(partnership.police_desk)

    return {partnership.outsider.user.email, partnership.police_desk.mailbox}, lose


def overdue(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    Ask.objects.filter(pk=ask.pk).update(due_at=timezone.now() - timedelta(hours=1))
    services.notice_overdue(actor=Actor.system("overdue"))

    def lose() -> None:
        leaves(partnership.asker)
        leaves(partnership.decider)

    return {partnership.asker.user.email, partnership.decider.user.email}, lose


def _nearly_late(partnership: Partnership) -> Ask:
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    now = timezone.now()
    Ask.objects.filter(pk=ask.pk).update(nearly_at=now, due_at=now + timedelta(hours=1))
    return ask


def nearly_due(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    _nearly_late(partnership)
    services.notice_nearly_due(actor=Actor.system("nearly-due"))

    def lose() -> None:
        leaves(partnership.decider)
        closes(partnership.police_desk)

    return {partnership.decider.user.email, partnership.police_desk.mailbox}, lose


def handed_on(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    ask, taker = _nearly_late(partnership), partnership.colleague
    services.hand_on(
        actor=partnership.decider.actor, ask_id=ask.pk, membership_id=taker.membership_id
    )
    return {taker.user.email}, lambda: gives_up_the_seat(taker)


def _passing(partnership: Partnership, fallback: Desk) -> Ask:
    """Everybody at the police is away, and another desk takes over."""
    cover = Cover(always=False, terms=Terms.ALL_YEAR, fallback_id=fallback.pk)
    agencies.set_cover(
        actor=partnership.lead.actor, desk_id=partnership.police_desk.pk, cover=cover
    )
    ask, today = _nearly_late(partnership), timezone.localdate()
    for player in (partnership.decider, partnership.colleague, partnership.uncleared):
        agencies.say_away(
            actor=player.actor, membership_id=player.membership_id, from_on=today, until_on=today
        )
    return ask


def passed_on(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    ask = _passing(partnership, partnership.charity_desk)
    services.pass_on(actor=partnership.asker.actor, ask_id=ask.pk)
    losers = (partnership.outsider, partnership.decider, partnership.asker)

    def all_leave() -> None:
        for one in losers:
            leaves(one)

    return {one.user.email for one in losers}, all_leave


def stays(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    ask = _passing(partnership, partnership.charity_desk)
    closes(partnership.charity_desk)
    services.pass_on(actor=partnership.asker.actor, ask_id=ask.pk)
    return {partnership.asker.user.email}, lambda: leaves(partnership.asker)


def promised_notice(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    """Each recipient's own message is promised already when the right ends."""
    silent, lose = new_request(partnership)
    with mail_server_down():
        outbox.deliver_waiting("notify")
    OutboxMessage.objects.update(available_at=timezone.now())
    return silent, lose


def invitation(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    lead = partnership.lead.actor
    invited = agencies.invite(
        actor=lead,
        agency_id=partnership.police.pk,
        email="new@police.example",
        offer=Offer([Role.PRACTITIONER], Tier.PERSONAL, "Work", timezone.localdate(), []),
    )

    def lose() -> None:
        agencies.cancel_invitation(actor=lead, invitation_id=invited.pk)

    return {"new@police.example"}, lose


def question_to_leads(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    """A lead who leaves, and one who is found to be whom the question is about."""
    leaver, accused = partnership.lead, add_person("Ac Cused", partnership.police, Role.AGENCY_LEAD)
    advice = ask_lead(partnership.decider)

    def lose() -> None:
        leaves(leaver)
        vault.keep_from(
            actor=partnership.decider.actor, dossier=advice.dossier, user_id=accused.user.pk
        )

    return {leaver.user.email, accused.user.email}, lose


def password_reset(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    return _about_account(partnership, "accounts.password_reset")


def reset_waiting(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    """The lead asks for a colleague's lost device; the coordinator may agree until they leave."""
    decider, coordinator = partnership.decider, partnership.coordinator
    agencies.ask_reset(
        actor=partnership.lead.actor,
        membership_id=decider.membership_id,
        known_by=KnownBy.IN_PERSON,
    )

    def leave() -> None:
        found = Membership.objects.filter(pk=coordinator.membership_id).get()
        found.ended_at, found.ended_by = timezone.now(), found
        found.attest().save()

    return {coordinator.user.email}, leave


def sign_in_changed(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    return _about_account(partnership, "accounts.changed", change="PASSWORD")


def fresh_start(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    return _about_account(partnership, "accounts.fresh_start")


def _about_account(
    partnership: Partnership, topic: str, **facts: str
) -> tuple[set[str], Callable[[], object]]:
    user = partnership.asker.user
    outbox.enqueue(topic, actor=Actor(), key="one", user_id=user.pk, **facts)

    def lose() -> None:
        closed = User.objects.get(pk=user.pk)
        closed.is_active = False
        closed.attest().save()

    return {user.email}, lose


def incident(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    """The officer leaves, and the lead is kept from the case."""
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    opened = open_incident(
        actor=partnership.asker.actor,
        kind=Kind.LOST,
        agency_ids=[partnership.police.pk],
        dossier=ask.request.dossier,
        happened_at=None,
    )
    Incident.objects.filter(pk=opened.pk).update(due_at=timezone.now() + timedelta(hours=1))
    remind(actor=Actor.system("incidents"))

    def lose() -> None:
        leaves(partnership.dpo)
        keep_from(
            actor=partnership.asker.actor,
            dossier=ask.request.dossier,
            user_id=partnership.lead.user.pk,
        )

    return {partnership.dpo.user.email, partnership.lead.user.email}, lose


def put_right(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    """What was corrected for the charity's desk is taken back from it before it was told."""
    answer, wrong = give_wrongly(partnership)
    deliver()
    mail.outbox.clear()
    correct(partnership.decider, answer.items.get())

    def lose() -> None:
        recall(partnership.decider, wrong)

    return {partnership.charity_desk.mailbox}, lose


def recalled(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    """The desk that had opened it by mistake closes before it is asked about copies."""
    answer, wrong = give_wrongly(partnership)
    read(partnership.outsider, answer)
    deliver()
    mail.outbox.clear()
    recall(partnership.decider, wrong)

    def lose() -> None:
        closes(partnership.charity_desk)
        leaves(partnership.outsider)

    return {partnership.charity_desk.mailbox}, lose


def emergency(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    night = add_person("Nora Night", partnership.police, Role.PRACTITIONER)
    wanted = EmergencyInput(new_id(), ask.request.reference, EmergencyWhy.DANGER, "They ring")
    assert open_in_emergency(actor=night.actor, wanted=wanted).opening

    def lose() -> None:
        leaves(partnership.lead)
        leaves(partnership.dpo)
        closes(partnership.police_desk)

    leavers = {partnership.lead.user.email, partnership.dpo.user.email}
    return leavers | {partnership.police_desk.mailbox}, lose


def word_back(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    """What came of it, for a desk that answered."""
    ask = answer_ask(
        partnership.decider, send_ask(partnership.asker, partnership.police_desk), item()
    )
    deliver()
    mail.outbox.clear()
    services.send_word_back(
        actor=partnership.asker.actor,
        subject_id=ask.about.get().subject_id,
        words="They are safe",
        asks=[ask.pk],
        submission=new_id(),
    )

    def lose() -> None:
        leaves(partnership.decider)
        gives_up_the_seat(partnership.colleague)
        closes(partnership.police_desk)

    return {
        partnership.decider.user.email,
        partnership.colleague.user.email,
        partnership.police_desk.mailbox,
    }, lose


def disputed(partnership: Partnership) -> Escalation:
    """Danger takes it to the leads at once."""
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    return services.escalate(
        actor=partnership.asker.actor,
        ask_id=ask.pk,
        about=EscalationAbout.NOT_ANSWERED,
        seen=ask.status,
        step=services.StepInput(EscalationLevel.DESIGNATED_LEADS, in_danger=True, why="Now"),
    )


def escalation_moved(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    disputed(partnership)
    return {partnership.lead.user.email}, lambda: leaves(partnership.lead)


def escalation_ended(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    one = disputed(partnership)
    deliver()
    mail.outbox.clear()
    services.withdraw(actor=partnership.asker.actor, escalation_id=one.pk, words="They rang")
    return {partnership.lead.user.email}, lambda: leaves(partnership.lead)


def escalation_late(partnership: Partnership) -> tuple[set[str], Callable[[], object]]:
    one = disputed(partnership)
    deliver()
    mail.outbox.clear()
    later = timezone.now() + timedelta(days=1)
    with patch("django.utils.timezone.now", lambda: later):
        assert services.notice_late_steps(actor=Actor.system("late-steps")) == 1
    assert one.steps.get().overdue_noticed_at
    return {partnership.lead.user.email}, lambda: leaves(partnership.lead)


CASES: dict[str, Case] = {
    "sharing.escalation_moved": escalation_moved,
    "sharing.escalation_ended": escalation_ended,
    "sharing.escalation_late": escalation_late,
    "sharing.word_back_sent": word_back,
    "sharing.emergency": emergency,
    "incidents.notice": incident,
    "incidents.opened": incident,
    "incidents.reminder": incident,
    "sharing.put_right": put_right,
    "sharing.recalled": recalled,
    "accounts.changed": sign_in_changed,
    "accounts.fresh_start": fresh_start,
    "accounts.password_reset": password_reset,
    "agencies.invitation": invitation,
    "agencies.reset_waiting": reset_waiting,
    "guidance.notice": question_to_leads,
    "sharing.shared": shared_unasked,
    "sharing.ask_sent": new_request,
    "sharing.ask_answered": answered,
    "sharing.ask_overdue": overdue,
    "sharing.ask_nearly_due": nearly_due,
    "sharing.ask_handed_on": handed_on,
    "sharing.ask_passed_on": passed_on,
    "sharing.ask_stays": stays,
    "sharing.notice": promised_notice,
}
# A worker's own work, told to nobody: tests/sharing/copies and attachments take the right away
SILENT = {"sharing.attachment_added", "sharing.copy_taken", "sharing.upload_done"}
# Numbers and digests about nobody, to a place or an officer that the settings name when it is sent
ABOUT_NOBODY = {
    "audit.alarm",
    "audit.root_to_file",
    "audit.root_to_officer",
    "audit.root_to_syslog",
}


def test_every_topic_has_a_case_or_is_about_nobody() -> None:
    assert set(outbox.registered_topics()) == set(CASES) | ABOUT_NOBODY | SILENT


@pytest.mark.parametrize("topic", CASES)
def test_while_the_right_holds_they_are_told(partnership: Partnership, topic: str) -> None:
    """Else the next test could not fail."""
    told, _ = CASES[topic](partnership)

    deliver()

    assert told <= addresses()


@pytest.mark.parametrize("topic", CASES)
def test_whoever_loses_the_right_before_the_message_goes_is_told_nothing(
    partnership: Partnership, topic: str
) -> None:
    silent, lose = CASES[topic](partnership)
    lose()

    deliver()

    assert addresses() & silent == set()
    assert not OutboxMessage.objects.filter(delivered_at=None).exists(), (
        "and nothing is tried again"
    )


def addresses() -> set[str]:
    return {address for message in mail.outbox for address in message.to}


def test_a_mailbox_is_told_nothing_of_a_record_that_its_desk_does_not_see(
    partnership: Partnership,
) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    outbox.enqueue(
        "sharing.notice",
        actor=Actor(),
        key="wrong",
        code="NEW_REQUEST",
        target_id=ask.pk,
        kind="DESK",
        holder_id=partnership.charity_desk.pk,
    )
    deliver()

    assert mail.outbox == []


def test_a_desk_without_a_mailbox_is_told_of_a_share_through_its_people(
    partnership: Partnership,
) -> None:
    Desk.objects.filter(pk=partnership.charity_desk.pk).update(mailbox="")
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    to_desk = RecipientInput(RecipientKind.DESK, partnership.charity_desk.pk, Tier.PERSONAL)

    answer_ask(partnership.decider, ask, item(), recipients=[to_desk])
    deliver()

    assert Recipient.objects.filter(desk=partnership.charity_desk).exists()
    assert partnership.outsider.user.email in addresses()


def test_a_desk_with_a_mailbox_is_told_of_a_share_there_alone(partnership: Partnership) -> None:
    ask = send_ask(partnership.asker, partnership.police_desk)
    deliver()
    mail.outbox.clear()
    to_desk = RecipientInput(RecipientKind.DESK, partnership.charity_desk.pk, Tier.PERSONAL)

    answer_ask(partnership.decider, ask, item(), recipients=[to_desk])
    deliver()

    assert partnership.charity_desk.mailbox in addresses()
    assert partnership.outsider.user.email not in addresses()
