"""Tells an invented person's present one-time code. Refused where people are real."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import policies, queries, services
from kernel.actors import Actor
from kernel.decisions import Denied


class Command(BaseCommand):
    """manage.py one_time_code EMAIL"""

    help = "Print the present one-time code of a demonstration user."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            code = _code(email)
        except Denied as refusal:
            raise CommandError(refusal.decision.reason) from None
        if code is None:
            raise CommandError("Nobody of that address has a device. Check the address")
        self.stdout.write(code)


def _code(email: str) -> str | None:
    # Before telling whether an account exists.
    policies.is_demonstration().require()
    user = queries.user_by_email(email)
    if user is None:
        return None
    return services.current_code(actor=Actor.system("one_time_code"), user=user)
