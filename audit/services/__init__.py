"""Writing the two logs."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import structlog
from django.db import models, transaction

from audit import events
from audit.models import AccessEvent, AccessKind, AuditEvent
from kernel.actors import Actor
from kernel.attestation import Attested
from kernel.decisions import Decision
from kernel.facts import plain


def record(
    event: str, *, actor: Actor, target: models.Model | None = None, **facts: object
) -> AuditEvent:
    """Write a change event in the caller's transaction: if it cannot be written, nothing changes.

    Facts are ids, codes, numbers and dates; NotPlain is raised for words, KeyError for an event
    that nobody registered. Of a row that the change signed, the event keeps the version: whoever
    puts an older copy back cannot rewind the sealed log with it.
    """
    if isinstance(target, Attested) and target.newly_signed:
        facts["version"] = target.version
    about = {"label": target._meta.label, "target_id": target.pk} if target else {}
    return _write(event, actor=actor, facts=facts, **about)


def record_refusal(*, actor: Actor, decision: Decision, view: str) -> None:
    """Note a refusal, after the refused work was rolled back."""
    with transaction.atomic():
        _write("audit.refused", actor=actor, facts={"code": decision.code, "view": view})


def record_incident(*, actor: Actor, code: str, **facts: object) -> None:
    """Note a row or value that the portal did not write: somebody worked on the database."""
    structlog.get_logger(__name__).error("audit.integrity", code=code)
    with transaction.atomic():
        _write("audit.integrity", actor=actor, facts={"code": code, **facts})


def record_access(
    *,
    actor: Actor,
    kind: AccessKind,
    why: str,
    safes: Collection[UUID],
    withheld: int,
    seen_by: Actor | None = None,
) -> AccessEvent:
    """Note who looked, in the vault's own transaction, before any text is returned."""
    return AccessEvent.objects.create(
        kind=kind,
        why=why,
        safes=sorted(safes),
        withheld=withheld,
        seen_by_id=seen_by.membership_id if seen_by else None,
        **_who(actor),
    )


def _write(
    event: str,
    *,
    actor: Actor,
    label: str = "",
    target_id: UUID | None = None,
    facts: dict[str, object],
) -> AuditEvent:
    events.sentence(event)
    return AuditEvent.objects.create(
        event=event,
        target_type=label,
        target_id=target_id,
        facts=plain(facts),
        **_who(actor),
    )


def _who(actor: Actor) -> dict[str, object]:
    context = structlog.contextvars.get_contextvars()
    return {
        "user_id": actor.user_id,
        "membership_id": actor.membership_id,
        "agency_id": actor.agency_id,
        "via": actor.via,
        "request_id": context.get("request_id", ""),
    }
