"""Model fields whose column holds ciphertext. Plain text assigned to them is refused.

The `seal_id` is part of what authenticates the ciphertext: once released it never changes.
Columns are write-once (a trigger; see vault.migration): a correction is a new row.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from vault.sealed import Ciphertext, Sealed


class _SealedAttribute:
    """Gives a Sealed for what the instance holds; takes only what the vault made."""

    def __init__(self, field: SealedField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        blob = instance.__dict__[self.field.attname]
        if blob is None:
            return None
        return Sealed(Ciphertext(blob), self.field.seal_id, instance.pk, self.field.is_json)

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, Sealed) and value.row_id != instance.pk:
            raise TypeError("a sealed value opens in its own row only: seal it again")
        instance.__dict__[self.field.attname] = self.field.require_sealed(value)


class SealedField(models.BinaryField):  # type: ignore[type-arg]  # not generic at run time
    """The common part of sealed text and sealed JSON; null means that nothing was written."""

    is_json = False

    def __init__(self, *, seal_id: str, **options: Any) -> None:
        self.seal_id = seal_id
        options |= {"null": True, "editable": False}
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("null", None)
        options.pop("editable", None)
        return name, path, args, options | {"seal_id": self.seal_id}

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False
    ) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _SealedAttribute(self))

    def require_sealed(self, value: object) -> Ciphertext | None:
        """The column's content; raises TypeError for anything that the vault did not make."""
        if value is None or isinstance(value, Ciphertext):
            return value
        if isinstance(value, Sealed) and value.seal_id == self.seal_id:
            return Ciphertext(value.blob)
        raise TypeError(f"{self.seal_id} takes only what the vault sealed")

    def from_db_value(
        self, value: Any, expression: Any, connection: BaseDatabaseWrapper
    ) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        content = self.require_sealed(value)
        return None if content is None else connection.Database.Binary(bytes(content))

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """The column itself refuses anything that has not the shape of a sealed value."""
        column = connection.ops.quote_name(self.column or "")
        return f"octet_length({column}) > 44 AND substr({column}, 1, 1) = decode('01', 'hex')"

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("sealed columns are not searched")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        return "[sealed]"


class SealedText(SealedField):
    """Words about a person."""


class SealedJSON(SealedField):
    """Structured words about a person."""

    is_json = True
