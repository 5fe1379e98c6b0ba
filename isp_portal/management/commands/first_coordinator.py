"""Begins a real installation: prints the link with which its first coordinator joins."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from agencies import services, tokens
from isp_portal import installation
from kernel import mail
from kernel.actors import Actor
from kernel.decisions import Denied
from kernel.models import Installation


class Command(BaseCommand):
    """manage.py first_coordinator EMAIL"""

    help = "Invite the partnership's first coordinator, and print the link once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            validate_email(email)
            link = _invite(email)
        except ValidationError:
            raise CommandError("Give one email address, like name@example.com") from None
        except Denied as refusal:
            raise CommandError(refusal.decision.reason) from None
        self.stdout.write("Give this link to the coordinator, by a way that you trust:")
        self.stdout.write(link)
        self.stdout.write("It opens once, for 7 days. To replace it, run this command again.")


def _invite(email: str) -> str:
    actor = Actor.system("first_coordinator")
    partnership = installation.begin(Installation.Kind.REAL, actor=actor)
    invitation = services.invite_first_coordinator(actor=actor, agency=partnership, email=email)
    return mail.link("agencies:join", tokens.make(invitation))
