"""A small table with sealed columns, so that the vault is tested without the apps above it."""

from __future__ import annotations

from functools import cache
from typing import ClassVar
from uuid import UUID

from django.db import connection, models

from kernel.models import BaseModel
from kernel.tiers import Tier
from tests import database
from vault.fields import SealedField, SealedJSON, SealedText
from vault.migration import write_once
from vault.models import Safe


class Letter(BaseModel):
    """Never migrated: the owner makes its table once, when the test database stands."""

    app_may: ClassVar[str] = "SELECT, INSERT, UPDATE"

    # The type checker knows models of installed apps only.
    objects: ClassVar[models.Manager[Letter]] = models.Manager()
    safe_id: UUID

    class Privacy:
        keep = "CASE_DATA"
        clear = {"safe", "title"}
        case = {"body": Tier.SENSITIVE, "notes": Tier.SENSITIVE}

    safe = models.ForeignKey(Safe, models.PROTECT, related_name="+", null=True)
    title = models.CharField(max_length=40, default="")
    body = SealedText(seal_id="sample.letter.body")
    notes = SealedJSON(seal_id="sample.letter.notes")

    class Meta:
        app_label = "vault_sample"


@cache
def make_table(model: type[BaseModel] = Letter) -> None:
    """As the owner's migration would: the table, its trigger, and the application role's rights.

    Once for a run, whichever folder's tests come first.
    """
    table = model._meta.db_table
    sealed = [f.name for f in model._meta.concrete_fields if isinstance(f, SealedField)]
    database.connect_as("owner")
    with connection.schema_editor() as editor:
        editor.create_model(model)
    with connection.cursor() as cursor:
        cursor.execute(str(write_once(table, *sealed).sql))
        cursor.execute(f"GRANT {model.app_may} ON {table} TO portal_app")
    database.connect_as("app")
