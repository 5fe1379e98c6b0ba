"""The vault's front: `from vault import services as vault`, then vault.open, vault.Sealer, …"""

from vault.destroying import destroy_dossier
from vault.granting import Reader, grant, reach_of, revoke
from vault.models import GrantReason
from vault.opening import Opened, Why, open  # noqa: A004
from vault.sealed import DAMAGED, DESTROYED, WITHHELD, Sealed, Withheld
from vault.sealing import Sealer, create_dossier, create_safe

__all__ = [
    "DAMAGED",
    "DESTROYED",
    "WITHHELD",
    "GrantReason",
    "Opened",
    "Reader",
    "Sealed",
    "Sealer",
    "Why",
    "Withheld",
    "create_dossier",
    "create_safe",
    "destroy_dossier",
    "grant",
    "open",
    "reach_of",
    "revoke",
]
