"""The thread between records, and sealed snapshots of people."""

from __future__ import annotations

from django.db import models

from agencies.models import Agency
from kernel.models import BaseModel
from kernel.tiers import Tier
from people.identity import PersonKind
from vault.fields import SealedJSON, SealedText
from vault.models import Safe


class Person(BaseModel):
    """A thread that ties records about one person together. It shows nobody anything."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"


class PersonToken(BaseModel):
    """A keyed blind token of a person. The key is not in the database, so it tells nothing here."""

    app_may = "SELECT, INSERT"
    disposer_may = "SELECT, DELETE"

    class Kind(models.TextChoices):
        NHS_AND_BIRTH = "NHS_AND_BIRTH", "NHS number with an exact date of birth"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"person", "kind", "key_id"}
        secret = {"token"}

    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    kind = models.CharField(max_length=20, choices=Kind)
    key_id = models.CharField(max_length=32)
    token = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key_id", "token"], name="people_a_token_names_one_thread"
            )
        ]


class TokenKind(models.TextChoices):
    """What a token stands for."""

    WORD = "WORD", "A word of a name"
    SOUND = "SOUND", "How a word of a name sounds"
    BIRTH_DATE = "BIRTH_DATE", "An exact date of birth"
    BIRTH_MONTH = "BIRTH_MONTH", "The month of an exact date of birth"
    NHS_NUMBER = "NHS_NUMBER", "An NHS number"


class IdentitySnapshot(BaseModel):
    """One person as the author of a record knew them at that time. Frozen: never edited."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"person", "safe", "kind"}
        case = {"outline": Tier.ANONYMISED, "identity": Tier.PERSONAL}

    person = models.ForeignKey(Person, models.PROTECT, related_name="snapshots")
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=PersonKind)
    outline = SealedJSON(seal_id="people.snapshot.outline")
    identity = SealedJSON(seal_id="people.snapshot.identity")


class ProtectedAddress(BaseModel):
    """An address that could put somebody in danger: a safe of its own, shared only on purpose."""

    app_may = "SELECT, INSERT"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"snapshot", "safe"}
        case = {"address": Tier.SENSITIVE}

    snapshot = models.OneToOneField(
        IdentitySnapshot, models.PROTECT, related_name="protected_address"
    )
    safe = models.OneToOneField(Safe, models.PROTECT, related_name="+")
    address = SealedText(seal_id="people.protected_address.address")


class AgencyToken(BaseModel):
    """By what an agency finds a person again in its own records: blind, under its own key.

    A trigger removes the tokens of a dossier in the transaction that destroys it.
    """

    app_may = "SELECT, INSERT"
    disposer_may = "SELECT, DELETE"

    class Privacy:
        keep = "CASE_DATA"
        clear = {"agency", "snapshot", "kind", "key_id"}
        secret = {"token"}

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    snapshot = models.ForeignKey(
        IdentitySnapshot, models.PROTECT, related_name="tokens", db_index=False
    )
    kind = models.CharField(max_length=12, choices=TokenKind)
    key_id = models.CharField(max_length=32)
    token = models.BinaryField(max_length=16)

    class Meta:
        indexes = [models.Index(fields=["agency", "token"], name="people_token_of_an_agency")]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "agency", "token"],
                name="people_a_token_is_written_once_for_an_agency",
            )
        ]
