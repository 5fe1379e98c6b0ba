"""What is sealed, under which key, and who may read it."""

from vault.models.dossiers import (
    Dossier,
    Safe,
)
from vault.models.files import (
    StoredFile,
)
from vault.models.grants import (
    EmergencyBasis,
    Exclusion,
    Grant,
    GrantReason,
    GrantRevocation,
    HolderKind,
)
from vault.models.keys import (
    DataKey,
    DestroyedKey,
    KeyEncryptionKey,
    RecoveryCopy,
    RingReport,
)

__all__ = [
    "DataKey",
    "DestroyedKey",
    "Dossier",
    "EmergencyBasis",
    "Exclusion",
    "Grant",
    "GrantReason",
    "GrantRevocation",
    "HolderKind",
    "KeyEncryptionKey",
    "RecoveryCopy",
    "RingReport",
    "Safe",
    "StoredFile",
]
