"""What the vault refuses. No message carries a value; each class has its code for the audit."""

from __future__ import annotations


class VaultError(Exception):
    """Something was not as the portal wrote it, or no longer exists."""

    code = "vault_error"

    def __init__(self) -> None:
        super().__init__(self.code)


class ForeignKeyMaterial(VaultError):
    """A data key does not belong to its safe, tier or key-encryption key."""

    code = "foreign_key_material"


class MovedValue(VaultError):
    """A value does not belong to the row and field it was found in, or was altered."""

    code = "moved_value"


class DossierDestroyed(VaultError):
    """Sealing into, or granting on, a dossier whose keys are gone."""

    code = "dossier_destroyed"


class HostLacksKey(VaultError):
    """This host's key ring lacks a key-encryption key, or holds another one under its id."""

    code = "host_lacks_key"


class UnknownDataKey(VaultError):
    """A value names a data key that never existed."""

    code = "unknown_data_key"


class NotAValue(VaultError):
    """What stands in a sealed column was not written by the vault at all."""

    code = "not_a_sealed_value"
