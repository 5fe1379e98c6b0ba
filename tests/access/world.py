"""One record of each kind, and everybody who might try to reach it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import TotpDevice
from agencies import tokens
from agencies.models import Agency, Invitation
from agreements.models import Agreement
from audit.models import AccessEvent, AccessKind, AuditEvent, PartitionExpiry
from audit.services.expiry import propose_expiry
from kernel.actors import Role
from kernel.attestation import SIGNATURE
from kernel.ids import new_id
from kernel.models import OutboxMessage
from kernel.tiers import Tier
from sharing import services
from sharing.services import PersonAnswer
from sharing.states import Outcome
from tests.asks import FLORENCE, ZEBEDEE, send_ask
from tests.partnership import ClientFor, Partnership, add_person

PEOPLE = [
    "stranger",
    "half_signed_in",
    "nobody_yet",
    "asker",
    "asking_colleague",
    "decider",
    "uncleared",
    "outsider",
    "lead",
    "coordinator",
    "dpo",
]


class World:
    """The records that addresses point to. Police are asked; the charity stands outside."""

    def __init__(self, partnership: Partnership, client_for: ClientFor) -> None:
        self.partnership, self.client_for = partnership, client_for
        asker, decider = partnership.asker.actor, partnership.decider.actor
        self.ask = send_ask(partnership.asker, partnership.police_desk, ZEBEDEE, FLORENCE)
        self.request = self.ask.request
        self.draft = services.begin_request(actor=asker)
        self.answered_ask = send_ask(partnership.asker, partnership.police_desk)
        answer_draft = services.begin_answer(actor=decider, ask_id=self.answered_ask.pk)
        (about,) = self.answered_ask.about.all()
        services.send_answers(
            actor=decider,
            ask_id=self.answered_ask.pk,
            draft_id=answer_draft.pk,
            decisions=[PersonAnswer(about.subject_id, Outcome.NOTHING_RELEVANT)],
        )
        self.answer = self.answered_ask.answers.get()
        self.invitation = self._invitation()
        self.member = add_person("Mem Ber", partnership.police, Role.PRACTITIONER)
        self.newcomer = add_person("New Comer", partnership.police, Role.PRACTITIONER)
        self.agreement = Agreement.objects.create(
            title="An agreement", tier=1, in_force_from=timezone.localdate(), source="A test"
        )
        self.code = tokens.make(self.invitation)
        self.person, self.item = new_id(), new_id()
        self._write_drafts()
        self.change = AuditEvent.objects.get(event="sharing.ask.answered")
        self.look = self._look()
        self.parked = self._park()
        self.expiry = self._expiry()
        self.device_of_the_decider = TotpDevice.objects.get(user=partnership.decider.user)

    def _look(self) -> AccessEvent:
        """Somebody of the police looked."""
        decider = self.partnership.decider
        return AccessEvent.objects.create(
            kind=AccessKind.OPENED,
            why="ANSWERING",
            safes=[self.request.safe_id],
            user_id=decider.user.pk,
            agency_id=self.partnership.police.pk,
        )

    def _expiry(self) -> PartitionExpiry:
        """The partnership's own officer proposes that a month of long ago go."""
        board = Agency.objects.get(is_partnership=True)
        officer = add_person("Olu Officer", board, Role.DPO)
        return propose_expiry(actor=officer.actor, month=date(2001, 5, 1))

    def _park(self) -> OutboxMessage:
        """A message that could not be sent."""
        message = OutboxMessage.objects.filter(topic="sharing.ask_sent").order_by("pk")[0]
        message.parked_at, message.attempts = timezone.now(), 12
        message.save(update_fields=["parked_at", "attempts"])
        return message

    def _write_drafts(self) -> None:
        """Somebody in the request's draft, and an item in the answer's."""
        asker = self.client_for(self.partnership.asker)
        person = {"kind": "CHILD", "first_names": "Ermintrude", "key": str(self.person)}
        asker.post(reverse("sharing:add_person", args=[self.draft.pk]), person)
        decider = self.client_for(self.partnership.decider)
        decider.post(reverse("sharing:begin_answer", args=[self.ask.pk]))
        about = [self.ask.pk, 1]
        holds = {"known": "HOLD", "how_much": "SHARED"}
        decider.post(reverse("sharing:answer_outcome", args=about), holds)
        item = {"category": "CONCERNS", "body": "Words", "standing": "FACT", "tier": "3"}
        item |= {"family_may_see": "ASK", "key": str(self.item)}
        decider.post(reverse("sharing:answer_item_new", args=about), item)

    def arguments(self, name: str) -> list[object]:
        """What an address of that name points to in this world."""
        return _ARGUMENTS[name](self) if name in _ARGUMENTS else []

    def _invitation(self) -> Invitation:
        now = timezone.now()
        invitation = Invitation(
            agency=self.partnership.police,
            email="invited@police.example",
            roles=[Role.PRACTITIONER.value],
            tier=Tier.PERSONAL,
            reason="Joins the team",
            until_on=now.date() + timedelta(days=100),
            invited_by_id=self.partnership.lead.membership_id,
            expires_at=now + timedelta(days=7),
        )
        invitation.attest().save(force_insert=True)
        return invitation

    def client(self, name: str) -> Client:
        """A browser in which that person has got as far as their name says."""
        if name == "stranger":
            return Client()
        if name == "half_signed_in":
            client = Client()
            client.force_login(self.partnership.asker.user)
            return client
        if name == "nobody_yet":
            return self._client_without_agency()
        return self.client_for(getattr(self.partnership, name))

    def _client_without_agency(self) -> Client:
        client = self.client_for(self.newcomer)
        membership = self.newcomer.user.memberships.get()
        membership.ended_at = timezone.now()
        membership.ended_by_id = self.partnership.lead.membership_id
        membership.attest().save(update_fields=["ended_at", "ended_by", *SIGNATURE])
        return client


def _in(namespace: str, names: str) -> set[str]:
    return {f"{namespace}:{name}" for name in names.split()}


_ARGUMENTS: dict[str, Callable[[World], list[object]]] = {
    "accounts:new_password": lambda w: [
        w.newcomer.user.pk,
        default_token_generator.make_token(w.newcomer.user),
    ],
    "accounts:remove_device": lambda w: [w.device_of_the_decider.pk],
    "agencies:join": lambda w: [w.code],
    "agencies:confirm": lambda w: [w.code],
    "agreements:agreement": lambda w: [w.agreement.pk],
    **dict.fromkeys(
        _in("agencies", "agency edit_agency add_desk people invite"),
        lambda w: [w.partnership.police.pk],
    ),
    "agencies:edit_desk": lambda w: [w.partnership.police_desk.pk],
    **dict.fromkeys(
        _in("agencies", "member roles authorise end"),
        lambda w: [w.member.membership_id],
    ),
    **dict.fromkeys(_in("agencies", "cancel_invitation send_again"), lambda w: [w.invitation.pk]),
    **dict.fromkeys(
        _in("sharing", "draft people add_person reason family desks about check discard"),
        lambda w: [w.draft.pk],
    ),
    **dict.fromkeys(_in("sharing", "person remove_person"), lambda w: [w.draft.pk, w.person]),
    **dict.fromkeys(_in("sharing", "request sent"), lambda w: [w.request.pk]),
    "sharing:own_ask": lambda w: [w.answered_ask.pk],
    **dict.fromkeys(
        _in("sharing", "ask claim take_over put_back begin_answer")
        | _in("sharing", "answer_recipients answer_check answer_discard"),
        lambda w: [w.ask.pk],
    ),
    **dict.fromkeys(
        _in("sharing", "answer_outcome answer_refusal answer_items answer_item_new"),
        lambda w: [w.ask.pk, 1],
    ),
    **dict.fromkeys(
        _in("sharing", "answer_item answer_item_remove"), lambda w: [w.ask.pk, 1, w.item]
    ),
    "sharing:answer": lambda w: [w.answer.pk],
    "oversight:approve_expiry": lambda w: [w.expiry.pk],
    "oversight:change": lambda w: [w.change.pk],
    "oversight:look": lambda w: [w.look.pk],
    **dict.fromkeys(_in("oversight", "message retry give_up"), lambda w: [w.parked.pk]),
}


def named_patterns(resolver: Any = None, namespace: str = "") -> list[tuple[str, URLPattern]]:
    """Every address of the portal by its full name."""
    found: list[tuple[str, URLPattern]] = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += named_patterns(pattern, inner)
        else:
            found.append((f"{namespace}{pattern.name}", pattern))
    return found
