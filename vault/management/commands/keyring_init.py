"""Make the keys that a new installation needs, and activate its first key-encryption key."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from kernel.keys import Purpose, ring
from vault.models import KeyEncryptionKey
from vault.states import KeyStatus


class Command(BaseCommand):
    help = "Create missing keys on this host's ring. Safe to run again. Needs the owner role."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for purpose in Purpose:
            if purpose is not Purpose.KEK and not ring().ids_on_disk(purpose):
                ring().create(purpose)
        if not KeyEncryptionKey.objects.exists():
            key = ring().create(Purpose.KEK)
            KeyEncryptionKey.objects.create(
                pk=key.id,
                status=KeyStatus.ACTIVE,
                fingerprint=key.fingerprint,
                activated_at=timezone.now(),
            )
        self.stdout.write("The key ring is complete.")
