"""Handing events over with proof. Who was given what is itself an event."""

from __future__ import annotations

from typing import TextIO

from django.db import transaction

from audit import exporting
from audit.exporting import Chosen, Written
from audit.services import record
from kernel.actors import Actor


@transaction.atomic
def export(*, actor: Actor, chosen: Chosen, out: TextIO) -> Written:
    """Write the chosen events with proofs, seals and public keys; put on record that it was done."""
    written = exporting.write(chosen, out)
    if written.last_seal is not None:
        record(
            "audit.exported",
            actor=actor,
            target=written.last_seal,
            rows=written.rows,
            first_seal=written.first_seal and written.first_seal.number,
            last_seal=written.last_seal.number,
            **chosen.facts(),
        )
    return written
