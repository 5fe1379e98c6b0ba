"""One record of each kind, and everybody who might try to reach it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import TotpDevice
from agencies.models import Invitation
from agreements.models import Agreement
from kernel.actors import Role
from kernel.tiers import Tier
from sharing import services
from sharing.services import PersonAnswer
from sharing.states import Outcome
from tests.access.asking import request_about
from tests.partnership import Partnership, Player, add_person

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

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership
        asker, decider = partnership.asker.actor, partnership.decider.actor
        self.request = request_about(partnership, "Zebedee", "Florence")
        self.ask = self.request.asks.get()
        self.draft = services.begin_request(actor=asker)
        answered = request_about(partnership, "Dougal")
        self.answered_ask = answered.asks.get()
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
        self.agreement = Agreement.objects.first()

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

    def client(self, name: str, client_for: Callable[[Player], Client]) -> Client:
        """A browser in which that person has got as far as their name says."""
        if name == "stranger":
            return Client()
        if name == "half_signed_in":
            client = Client()
            client.force_login(self.partnership.asker.user)
            return client
        if name == "nobody_yet":
            return self._client_without_agency(client_for)
        return client_for(getattr(self.partnership, name))

    def _client_without_agency(self, client_for: Callable[[Player], Client]) -> Client:
        client = client_for(self.newcomer)
        membership = self.newcomer.user.memberships.get()
        membership.ended_at = timezone.now()
        membership.ended_by_id = self.partnership.lead.membership_id
        membership.attest().save(update_fields=["ended_at", "ended_by", "mac", "mac_key_id"])
        return client


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
