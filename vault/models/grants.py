"""Who may read, and who must not."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from kernel.attestation import Attested
from kernel.models import BaseModel
from kernel.tiers import Tier
from vault.models.dossiers import Dossier, Safe


class HolderKind(models.TextChoices):
    """Who holds a grant: a person by one membership, everyone at a desk, or a whole agency."""

    MEMBERSHIP = "MEMBERSHIP", "A named person"
    DESK = "DESK", "A desk"
    AGENCY = "AGENCY", "An agency"


class GrantReason(models.TextChoices):
    """Why somebody may read."""

    AUTHOR = "AUTHOR", "Wrote it"
    NAMED = "NAMED", "Named by the sender"
    DESK = "DESK", "At the desk it was sent to"
    OWN_DESK = "OWN_DESK", "At the author's own desk"
    EMERGENCY = "EMERGENCY", "Opened in an emergency"


class Grant(Attested, BaseModel):
    """A right to read a safe up to a tier. Written once; it ends by date or by a revocation row."""

    app_may = "SELECT, INSERT"
    # Those of a new safe are listed by the event of the safe
    signed_with = "safe_id"
    attested = (
        "safe_id",
        "holder_kind",
        "holder_id",
        "tier",
        "reason",
        "granted_by",
        "valid_from",
        "valid_until",
    )

    class Privacy:
        keep = "CASE_DATA"
        clear = {
            "safe",
            "holder_kind",
            "tier",
            "reason",
            "valid_from",
            "valid_until",
            "mac_key_id",
        }
        staff = {"holder_id", "granted_by"}
        secret = {"mac"}

    safe = models.ForeignKey(Safe, models.PROTECT, related_name="grants")
    holder_kind = models.CharField(max_length=10, choices=HolderKind)
    holder_id = models.UUIDField()
    tier = models.PositiveSmallIntegerField(choices=Tier)
    reason = models.CharField(max_length=20, choices=GrantReason)
    # The membership that granted it
    granted_by = models.UUIDField()
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["holder_id", "safe"], name="vault_grant_by_holder"),
            models.Index(fields=["safe", "holder_id"], name="vault_grant_by_safe"),
            models.Index(
                fields=["holder_id", "valid_until"],
                name="vault_grant_in_an_emergency",
                condition=models.Q(reason="EMERGENCY"),
            ),
        ]


class EmergencyBasis(BaseModel):
    """The right of somebody's own agency that a grant in an emergency rests on, and ends with.

    Insert-only: a grant in an emergency without one, or whose one was revoked, opens nothing.
    """

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"grant", "rests_on"}

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="basis")
    rests_on = models.ForeignKey(Grant, models.PROTECT, related_name="+")


class GrantRevocation(BaseModel):
    """The end of a grant. A row of its own, insert-only, so that nobody can take it back by SQL."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"grant", "revoked_at"}
        staff = {"revoked_by"}

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="revocation")
    revoked_at = models.DateTimeField(default=timezone.now)
    revoked_by = models.UUIDField()


class Exclusion(Attested, BaseModel):
    """Somebody who must not learn of a case, whatever right would let them: one's own head, accused.

    It holds for the person, by whichever membership they act, and for the whole dossier.
    """

    app_may = "SELECT, INSERT"
    attested = ("dossier_id", "user_id", "recorded_by")

    class Privacy:
        keep = "CASE_DATA"
        clear = {"dossier", "mac_key_id"}
        staff = {"user_id", "recorded_by"}
        secret = {"mac"}

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="exclusions")
    user_id = models.UUIDField()
    # The membership of whoever decided so
    recorded_by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "dossier"], name="vault_somebody_is_kept_from_a_dossier_once"
            )
        ]
