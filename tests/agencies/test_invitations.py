"""An invitation from its sending to its joining, and every way in which it opens nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from agencies import policies, queries, services, tokens
from agencies.handlers import send_invitation
from agencies.models import Authorisation, Invitation, Membership
from agencies.tokens import Token
from audit.models import AuditEvent
from kernel.actors import Actor, Role
from kernel.attestation import SIGNATURE
from kernel.decisions import WRONG_STATE, Decision, Denied
from kernel.models import OutboxMessage
from kernel.tiers import Tier
from tests.agencies.conftest import an_offer, in_days, membership_of
from tests.partnership import Partnership, Player, add_person

PASSWORD = "otter violin marmalade"


def join(invitation: Invitation) -> Membership:
    return services.join_with_new_account(
        actor=Actor.system("tests"),
        token=Token.of(invitation),
        full_name="New O’Colleague",
        password=PASSWORD,
    )


def refused(code: str, work: Callable[..., object], **arguments: Any) -> None:
    with pytest.raises(Denied) as refusal:
        work(**arguments)
    assert refusal.value.decision.code == code


def edit(invitation: Invitation, **columns: Any) -> Invitation:
    """As somebody would who works on the database, or as time does."""
    Invitation.objects.filter(pk=invitation.pk).update(version=F("version") + 1, **columns)
    return Invitation.objects.get(pk=invitation.pk)


def test_accepting_makes_the_membership_that_the_lead_authorised(
    partnership: Partnership,
) -> None:
    offer = an_offer(
        roles=[Role.DESK_MEMBER, Role.PRACTITIONER],
        tier=Tier.SENSITIVE,
        desk_ids=[partnership.police_desk.pk],
        job_title="Officer",
    )
    invitation = services.invite(
        actor=partnership.lead.actor,
        agency_id=partnership.police.pk,
        email="New@Police.Example",
        offer=offer,
    )

    membership = join(invitation)

    actor = Player(membership.user, membership.pk).actor
    authorisation = Authorisation.objects.get(membership=membership)
    assert membership.user.email == "new@police.example"
    assert membership.job_title == "Officer"
    assert actor.roles == {Role.DESK_MEMBER, Role.PRACTITIONER}
    assert actor.desk_ids == {partnership.police_desk.pk}
    assert actor.clearance is Tier.SENSITIVE
    assert authorisation.granted_by_id == partnership.lead.membership_id
    assert (authorisation.reason, authorisation.until_on) == (offer.reason, offer.until_on)


def test_a_new_lead_is_appointed_when_they_join(partnership: Partnership) -> None:
    invitation = services.invite(
        actor=partnership.coordinator.actor,
        agency_id=partnership.charity.pk,
        email="head@charity.example",
        offer=an_offer(roles=[Role.AGENCY_LEAD]),
    )

    membership = join(invitation)

    assert policies.manages(Player(membership.user, membership.pk).actor, partnership.charity)


def test_an_invitation_is_accepted_once(invitation: Invitation) -> None:
    join(invitation)

    refused(WRONG_STATE, lambda: join(invitation))
    assert Membership.objects.filter(user__email=invitation.email).count() == 1


@pytest.mark.parametrize(
    "columns", [{"expires_at": timezone.now() - timedelta(seconds=1)}, {"sendings": 2}]
)
def test_a_link_that_expired_or_was_sent_again_opens_nothing(
    invitation: Invitation, columns: dict[str, object]
) -> None:
    for name, value in columns.items():
        setattr(invitation, name, value)
    code = tokens.make(Invitation.objects.get(pk=invitation.pk))
    invitation.attest().save(update_fields=[*columns, *SIGNATURE])
    token = tokens.read(code)
    assert token is not None

    refused(
        WRONG_STATE,
        services.join_with_new_account,
        actor=Actor.system("tests"),
        token=token,
        full_name="Late",
        password=PASSWORD,
    )


def test_a_cancelled_invitation_opens_nothing_and_is_not_sent(
    partnership: Partnership, invitation: Invitation
) -> None:
    services.cancel_invitation(actor=partnership.lead.actor, invitation_id=invitation.pk)

    refused(WRONG_STATE, lambda: join(invitation))
    send_invitation(OutboxMessage.objects.get(topic="agencies.invitation"))
    assert mail.outbox == []


@pytest.mark.parametrize(
    "columns",
    [
        {"tier": Tier.SENSITIVE},
        {"roles": ["AGENCY_LEAD"]},
        {"email": "somebody.else@police.example"},
        {"until_on": in_days(300)},
    ],
)
def test_an_invitation_edited_by_sql_opens_nothing(
    invitation: Invitation, columns: dict[str, object]
) -> None:
    refused("not_genuine", lambda: join(edit(invitation, **columns)))


def test_a_link_signed_by_nobody_is_no_link(invitation: Invitation) -> None:
    code = tokens.make(invitation)

    assert tokens.read(code) == Token(invitation.pk, 1)
    assert tokens.read(code[:-1] + ("A" if code[-1] != "A" else "B")) is None
    assert tokens.read("nonsense") is None


def test_only_the_person_invited_joins_with_their_account(
    partnership: Partnership, invitation: Invitation
) -> None:
    refused(
        "wrong_person",
        services.join,
        actor=partnership.asker.actor,
        token=Token.of(invitation),
    )


def test_somebody_with_an_account_gets_a_second_hat(partnership: Partnership) -> None:
    invitation = services.invite(
        actor=partnership.lead.actor,
        agency_id=partnership.police.pk,
        email=partnership.asker.user.email,
        offer=an_offer(tier=Tier.SENSITIVE),
    )

    second = services.join(
        actor=Actor(user_id=partnership.asker.user.pk), token=Token.of(invitation)
    )

    assert Player(partnership.asker.user, second.pk).actor.clearance is Tier.SENSITIVE
    assert partnership.asker.actor.clearance is Tier.PERSONAL
    assert partnership.asker.actor.agency_id == partnership.care.pk


def test_an_invitation_of_a_lead_who_left_opens_nothing(
    partnership: Partnership, invitation: Invitation
) -> None:
    services.end_membership(
        actor=partnership.coordinator.actor, membership_id=partnership.lead.membership_id
    )

    refused(WRONG_STATE, lambda: join(invitation))


def test_nobody_invites_themselves(partnership: Partnership) -> None:
    refused(
        "own_membership",
        services.invite,
        actor=partnership.coordinator.actor,
        agency_id=partnership.charity.pk,
        email=partnership.coordinator.user.email.upper(),
        offer=an_offer(roles=[Role.AGENCY_LEAD]),
    )


def test_a_member_and_somebody_invited_already_are_not_invited_again(
    partnership: Partnership, invitation: Invitation
) -> None:
    for email in (partnership.decider.user.email, invitation.email):
        refused(
            WRONG_STATE,
            services.invite,
            actor=partnership.lead.actor,
            agency_id=partnership.police.pk,
            email=email,
            offer=an_offer(),
        )


def test_whoever_became_a_member_meanwhile_does_not_become_one_twice(
    partnership: Partnership, invitation: Invitation
) -> None:
    user = User(email=invitation.email, full_name="Already There")
    user.attest().save(force_insert=True)
    member = Membership(user=user, agency=partnership.police, roles=[Role.PRACTITIONER])
    member.attest().save(force_insert=True)

    refused(WRONG_STATE, services.join, actor=Actor(user_id=user.pk), token=Token.of(invitation))


def test_the_message_carries_the_link_the_agency_and_nothing_else(
    partnership: Partnership, invitation: Invitation
) -> None:
    send_invitation(OutboxMessage.objects.get(topic="agencies.invitation"))

    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    html = str(message.alternatives[0][0])
    assert message.to == [invitation.email]
    for text in (str(message.body), html):
        assert tokens.make(invitation) in text
        assert partnership.police.name in text
        assert invitation.reason not in text
        assert partnership.lead.user.full_name not in text


def test_sending_again_gives_a_new_week_and_a_new_link(
    partnership: Partnership, invitation: Invitation
) -> None:
    old = Token.of(invitation)

    again = services.send_again(actor=partnership.lead.actor, invitation_id=invitation.pk)

    assert again.expires_at > timezone.now() + timedelta(days=6, hours=23)
    assert queries.invitation_of(old).first() is None
    assert OutboxMessage.objects.filter(topic="agencies.invitation").count() == 2
    assert join(again).agency == partnership.police


def test_the_database_holds_nothing_that_opens_an_invitation(invitation: Invitation) -> None:
    code = tokens.make(invitation)
    signature = code.partition("~")[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text FROM agencies_invitation i")
        rows = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT o::text FROM kernel_outboxmessage o")
        rows += [row[0] for row in cursor.fetchall()]

    assert not any(signature in row for row in rows)


def test_what_is_recorded_names_nobody(invitation: Invitation) -> None:
    join(invitation)

    events = AuditEvent.objects.filter(event__startswith="agencies.")
    assert {event.event for event in events} == {
        "agencies.agency_added",
        "agencies.authorised",
        "agencies.desk_added",
        "agencies.invitation_accepted",
        "agencies.member_invited",
        "agencies.member_joined",
        "agencies.seated",
    }
    for event in events:
        assert invitation.email not in str(event.facts)
        assert invitation.reason not in str(event.facts)


@pytest.mark.django_db(transaction=True)
def test_a_link_pressed_twice_at_once_makes_one_member(
    invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = policies.can_accept

    def decide_slowly(*args: Any) -> Decision:
        decision = decide(*args)
        time.sleep(0.3)
        return decision

    monkeypatch.setattr(policies, "can_accept", decide_slowly)
    outcomes, gate = [], threading.Barrier(2)

    def press() -> None:
        gate.wait()
        try:
            join(invitation)
            outcomes.append("joined")
        except Denied as refusal:
            outcomes.append(refusal.decision.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["joined", WRONG_STATE]


class TestNobodyAuthorisesThemselves:
    """Author and approver differ, whatever hat the author wears (D17)."""

    def test_a_lead_cannot_raise_their_own_tier(self, partnership: Partnership) -> None:
        refused(
            "own_membership",
            services.authorise,
            actor=partnership.lead.actor,
            membership_id=partnership.lead.membership_id,
            tier=Tier.SENSITIVE,
            reason="Mine",
            until_on=in_days(100),
        )

    def test_a_lead_cannot_change_their_own_roles(self, partnership: Partnership) -> None:
        refused(
            "own_membership",
            services.change_roles,
            actor=partnership.lead.actor,
            membership_id=partnership.lead.membership_id,
            roles=[Role.AGENCY_LEAD, Role.DESK_MEMBER],
            desk_ids=[partnership.police_desk.pk],
        )

    def test_nor_by_their_hat_in_another_agency(self, partnership: Partnership) -> None:
        board = membership_of(partnership.coordinator).agency
        hat = Membership(
            user=partnership.lead.user, agency=board, roles=[Role.AGENCY_LEAD, Role.COORDINATOR]
        )
        hat.attest().save(force_insert=True)

        refused(
            "own_membership",
            services.authorise,
            actor=Player(partnership.lead.user, hat.pk).actor,
            membership_id=partnership.lead.membership_id,
            tier=Tier.SENSITIVE,
            reason="Mine",
            until_on=in_days(100),
        )

    @pytest.mark.parametrize("who", ["second_lead", "coordinator"])
    def test_another_lead_or_the_coordinator_authorises_them(
        self, partnership: Partnership, second_lead: Player, who: str
    ) -> None:
        approver = {"second_lead": second_lead, "coordinator": partnership.coordinator}[who]

        services.authorise(
            actor=approver.actor,
            membership_id=partnership.lead.membership_id,
            tier=Tier.PERSONAL,
            reason="Less than before",
            until_on=in_days(100),
        )

        assert partnership.lead.actor.clearance is Tier.PERSONAL


def test_ending_a_membership_takes_everything_at_once(partnership: Partnership) -> None:
    lead = add_person(
        "Leaving Lead",
        partnership.police,
        Role.AGENCY_LEAD,
        Role.DESK_MEMBER,
        desk=partnership.police_desk,
        tier=Tier.SENSITIVE,
    )
    before = lead.actor

    services.end_membership(actor=partnership.lead.actor, membership_id=lead.membership_id)

    ended = membership_of(lead)
    assert not policies.manages(before, partnership.police)
    assert ended.ended_by_id == partnership.lead.membership_id
    assert not ended.seats.filter(ended_at=None).exists()
    assert not ended.authorisations.filter(end=None).exists()
    events = AuditEvent.objects.filter(membership_id=partnership.lead.membership_id)
    assert set(events.values_list("event", "target_id")) == {
        ("agencies.membership_ended", ended.pk),
        ("agencies.authorisation_ended", ended.authorisations.get().pk),
        ("agencies.unseated", ended.seats.get().pk),
    }
