"""A month of both logs that is no longer kept. One person proposes, another approves, and only then
is it destroyed; leaves and roots stay, so that the rest of the chain still proves itself.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from audit import policies, queries, registry
from audit.models import PartitionExpiry
from audit.services import record
from kernel.actors import Actor
from kernel.attestation import SIGNATURE


@transaction.atomic
def propose_expiry(*, actor: Actor, month: date) -> PartitionExpiry:
    """Propose that a month be destroyed; the month is named by its first day."""
    month = month.replace(day=1)
    policies.can_propose_expiry(actor, month).require()
    run = PartitionExpiry(
        month=month, proposed_by_id=actor.member.membership_id, kept_for=registry.kept_for()
    )
    run.attest().save(force_insert=True)
    record("audit.expiry_proposed", actor=actor, target=run, month=month)
    return run


@transaction.atomic
def approve_expiry(*, actor: Actor, expiry_id: UUID) -> PartitionExpiry:
    """Approve what somebody else proposed."""
    run = queries.expiries(actor).select_for_update().get(pk=expiry_id)
    policies.can_approve_expiry(actor, run).require()
    run.approved_by_id = actor.member.membership_id
    run.approved_at = timezone.now()
    run.attest().save(update_fields=["approved_by_id", "approved_at", *SIGNATURE])
    record("audit.expiry_approved", actor=actor, target=run, month=run.month)
    return run


@transaction.atomic
def carry_out_expiry(*, actor: Actor, expiry_id: UUID) -> PartitionExpiry:
    """Destroy an approved month, as the disposer: the function that does it asks everything again.

    Raises OperationalError while somebody reads or writes at length: try again.
    """
    run = queries.expiries(actor).get(pk=expiry_id)
    policies.can_carry_out_expiry(actor, run).require()
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_expire_month(%s)", [run.pk])
    run.refresh_from_db()
    record(
        "audit.month_expired",
        actor=actor,
        target=run,
        month=run.month,
        changes=run.audit_events,
        looks=run.access_events,
        last_seal=run.last_seal,
    )
    return run
