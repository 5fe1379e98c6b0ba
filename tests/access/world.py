"""One record of each kind, and everybody who might try to reach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Session, TotpDevice
from agencies import services as agencies
from agencies import tokens
from agencies.models import Agency, Invitation, KnownBy
from agreements.models import Agreement
from audit.models import AccessEvent, AccessKind, AuditEvent, PartitionExpiry
from audit.services.expiry import propose_expiry
from kernel.actors import Role
from kernel.attestation import SIGNATURE
from kernel.ids import new_id
from kernel.models import OutboxMessage
from kernel.tiers import Tier
from people.models import AddressRelease, ProtectedAddress
from sharing import services
from sharing.models import Attachment, Copy, EmergencyOpening, Escalation
from sharing.services import PersonAnswer
from sharing.services.emergency import EmergencyInput, open_in_emergency
from sharing.states import EscalationAbout, EscalationLevel, Outcome, RecipientKind
from sharing.states.emergency import EmergencyWhy
from sharing.states.papers import CopyForm
from tests.access.attendance import keep_times
from tests.access.righting import put_right
from tests.asks import FLORENCE, ZEBEDEE, send_ask
from tests.guidance.asking import ask as ask_lead
from tests.partnership import ClientFor, Partnership, add_person
from tests.sharing.channels.test_giving import share as share_unasked
from tests.sharing.channels.test_giving import to_person

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
        self.escalation = self._dispute()
        self.advice = ask_lead(partnership.decider)
        self.invitation = self._invitation()
        self.member = add_person("Mem Ber", partnership.police, Role.PRACTITIONER)
        self.newcomer = add_person("New Comer", partnership.police, Role.PRACTITIONER)
        self.agreement = Agreement.objects.create(
            title="An agreement", tier=1, in_force_from=timezone.localdate(), source="A test"
        )
        self.code = tokens.make(self.invitation)
        self.copy = self._copy()
        self.file = self._file()
        self.person, self.item, self.near = new_id(), new_id(), new_id()
        self.release = self._release()
        self.share_draft = services.begin_share(actor=asker)
        self.shared = share_unasked(
            partnership.asker, to_person(partnership.decider), people=(FLORENCE,)
        )
        self._write_drafts()
        self.opening = self._rush()
        self.change = AuditEvent.objects.get(event="sharing.ask.answered")
        self.look = self._look()
        self.parked = self._park()
        self.expiry = self._expiry()
        self.righted = put_right(partnership)
        self.times = keep_times(partnership.lead, partnership.police_desk, self.member)
        self.reset = agencies.ask_reset(
            actor=partnership.lead.actor,
            membership_id=self.member.membership_id,
            known_by=KnownBy.IN_PERSON,
        )
        # The browser in which the decider wrote their draft
        self.session_of_the_decider = Session.objects.filter(user=partnership.decider.user)[0]
        self.device_of_the_decider = TotpDevice.objects.get(user=partnership.decider.user)

    def _dispute(self) -> Escalation:
        """The asker disputes that the police are silent, with their lead."""
        return services.escalate(
            actor=self.partnership.asker.actor,
            ask_id=self.ask.pk,
            about=EscalationAbout.NOT_ANSWERED,
            seen=self.ask.status,
            step=services.StepInput(EscalationLevel.DESIGNATED_LEADS, in_danger=True, why="Now"),
        )

    def _rush(self) -> EmergencyOpening:
        """Somebody of the police without seat or clearance opened what the desk was asked."""
        wanted = EmergencyInput(new_id(), self.request.reference, EmergencyWhy.DANGER, "They ring")
        opening = open_in_emergency(actor=self.member.actor, wanted=wanted).opening
        assert opening is not None
        return opening

    def _release(self) -> AddressRelease:
        """A protected address that was released to the decider."""
        asker, decider = self.partnership.asker, self.partnership.decider
        protected = replace(FLORENCE, address="9 Secret Lane", address_protected=True)
        asked = send_ask(asker, self.partnership.police_desk, protected).request
        address = ProtectedAddress.objects.get(snapshot__subject__request=asked)
        return services.release_address(
            actor=asker.actor,
            address_id=address.pk,
            kind=RecipientKind.PERSON,
            holder_id=decider.membership_id,
            reason="They have to go there",
        )

    def _copy(self) -> Copy:
        """The asker took the answer as a PDF."""
        return services.take_copy(
            actor=self.partnership.asker.actor,
            answer_id=self.answer.pk,
            form=CopyForm.PDF,
            submission=new_id(),
        )

    def _file(self) -> Attachment:
        """The asker put a file to the request, and it was checked."""
        asker = self.client_for(self.partnership.asker)
        file = SimpleUploadedFile("seen.txt", b"Seen at school")
        address = reverse("sharing:request_files", args=[self.request.pk])
        assert asker.post(address, {"file": file}).status_code == 302
        attachment = Attachment.objects.get()
        services.check_attachment(actor=self.partnership.asker.actor, attachment=attachment)
        return attachment

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
        around = {"key": str(self.near), "who": "NEW", "first_names": "Ada", "relationship": "MTH"}
        around |= dict.fromkeys(("in_household", "responsibility", "lives"), "NOT_KNOWN")
        around |= {"asked": "NO"}
        asker.post(reverse("sharing:add_around", args=[self.draft.pk, self.person]), around)
        asker.post(reverse("sharing:share_add_person", args=[self.share_draft.pk]), person)
        words = {"category": "CONCERNS", "body": "Words", "standing": "FACT", "tier": "3"}
        words |= {"family_may_see": "ASK", "key": str(self.item)}
        near = [self.share_draft.pk, self.person]
        asker.post(reverse("sharing:share_add_item", args=near), words)
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
    "accounts:fresh_start": lambda w: [w.newcomer.user.pk, "made-up"],
    "accounts:end_session": lambda w: [w.session_of_the_decider.pk],
    **dict.fromkeys(_in("agencies", "reset confirm_reset cancel_reset"), lambda w: [w.reset.pk]),
    "accounts:remove_device": lambda w: [w.device_of_the_decider.pk],
    "agencies:join": lambda w: [w.code],
    "agencies:confirm": lambda w: [w.code],
    "agreements:agreement": lambda w: [w.agreement.pk],
    **dict.fromkeys(
        _in("agencies", "agency edit_agency add_desk people invite"),
        lambda w: [w.partnership.police.pk],
    ),
    **dict.fromkeys(
        _in("agencies", "edit_desk desk_times desk_cover add_period"),
        lambda w: [w.partnership.police_desk.pk],
    ),
    "agencies:remove_period": lambda w: [w.times.period.pk],
    "agencies:end_absence": lambda w: [w.times.absence.pk],
    **dict.fromkeys(
        _in("agencies", "member roles authorise end ask_reset away"),
        lambda w: [w.member.membership_id],
    ),
    **dict.fromkeys(_in("agencies", "cancel_invitation send_again"), lambda w: [w.invitation.pk]),
    **dict.fromkeys(
        _in("sharing", "draft people add_person reason family desks about check discard"),
        lambda w: [w.draft.pk],
    ),
    **dict.fromkeys(_in("sharing", "person remove_person"), lambda w: [w.draft.pk, w.person]),
    **dict.fromkeys(_in("sharing", "request sent"), lambda w: [w.request.pk]),
    "sharing:draft_kept_from": lambda w: [w.draft.pk],
    **dict.fromkeys(_in("sharing", "add_around safety"), lambda w: [w.draft.pk, w.person]),
    **dict.fromkeys(_in("sharing", "around_person remove_around"), lambda w: [w.draft.pk, w.near]),
    "sharing:keep_from_request": lambda w: [w.request.pk],
    "sharing:add_warning": lambda w: [w.request.pk, 1],
    "sharing:keep_from_ask": lambda w: [w.ask.pk],
    "sharing:warn_at_desk": lambda w: [w.ask.pk, 1],
    "sharing:escalate": lambda w: [w.ask.pk],
    **dict.fromkeys(
        _in("sharing", "escalation escalation_outcome bring_in withdraw_escalation"),
        lambda w: [w.escalation.pk],
    ),
    "sharing:release_address": lambda w: [w.release.address_id],
    **dict.fromkeys(_in("sharing", "withdraw_address released_address"), lambda w: [w.release.pk]),
    **dict.fromkeys(
        _in("sharing", "emergency_opening end_emergency review_emergency"),
        lambda w: [w.opening.pk],
    ),
    "sharing:own_ask": lambda w: [w.answered_ask.pk],
    **dict.fromkeys(
        _in("sharing", "ask claim take_over hand_on put_back begin_answer")
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
    **dict.fromkeys(_in("sharing", "take_copy note_answer"), lambda w: [w.answer.pk]),
    **dict.fromkeys(_in("sharing", "copy copy_file"), lambda w: [w.copy.pk]),
    **dict.fromkeys(_in("sharing", "note_request request_files"), lambda w: [w.request.pk]),
    **dict.fromkeys(_in("sharing", "attachment remove_attachment"), lambda w: [w.file.pk]),
    "sharing:word_back": lambda w: [w.answer.subject_id],
    "sharing:answer_files": lambda w: [w.ask.pk, 1],
    "sharing:share": lambda w: [w.shared.pk],
    **dict.fromkeys(
        _in("sharing", "share_draft share_add_person share_why share_family")
        | _in("sharing", "share_recipients share_check share_discard"),
        lambda w: [w.share_draft.pk],
    ),
    **dict.fromkeys(
        _in("sharing", "share_person share_remove_person share_add_item"),
        lambda w: [w.share_draft.pk, w.person],
    ),
    **dict.fromkeys(
        _in("sharing", "share_item share_remove_item"),
        lambda w: [w.share_draft.pk, w.person, w.item],
    ),
    "sharing:log": lambda _: ["telephone"],
    "sharing:plan": lambda _: ["e-mail"],
    **dict.fromkeys(_in("sharing", "reasoning print_reasoning"), lambda w: [w.answer.pk]),
    **dict.fromkeys(
        _in("sharing", "request_reasoning print_request_reasoning"), lambda w: [w.request.pk]
    ),
    "sharing:sheet": lambda _: ["request"],
    "guidance:topic": lambda _: ["golden-rules"],
    "guidance:version": lambda _: ["golden-rules", "2015"],
    **dict.fromkeys(_in("guidance", "advice answer_advice"), lambda w: [w.advice.pk]),
    **dict.fromkeys(
        _in("sharing", "put_right recall_share not_meant"), lambda w: [w.righted.answer.pk]
    ),
    **dict.fromkeys(_in("sharing", "correct_item withdraw_item"), lambda w: [w.righted.item.pk]),
    "sharing:acknowledge": lambda w: [w.righted.acknowledgement.pk],
    "sharing:recall": lambda w: [w.righted.recall.pk],
    **dict.fromkeys(
        _in("incidents", "incident assess decide close add"), lambda w: [w.righted.incident.pk]
    ),
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
