"""The vault's front: `from vault import services as vault`, then vault.open, vault.Sealer, …"""

from vault.destroying import destroy_dossier
from vault.emergency import Emergency, end_emergency, open_in_emergency
from vault.files.errors import FileDamaged, StoreUnavailable, UploadLost
from vault.files.reading import FileReader, file_facts, open_file
from vault.files.sweeping import sweep_files
from vault.files.uploading import Destination, Upload, begin_upload, keep_file
from vault.granting import Reader, grant, keep_from, reach_of, renounce, revoke, revoke_beside
from vault.locks import shut_gates
from vault.models import GrantReason
from vault.opening import Opened, Why, open  # noqa: A004
from vault.sealed import DAMAGED, DESTROYED, UNAVAILABLE, WITHHELD, Sealed, Withheld
from vault.sealing import Sealer, create_dossier, create_safe

__all__ = [
    "DAMAGED",
    "DESTROYED",
    "UNAVAILABLE",
    "WITHHELD",
    "Destination",
    "Emergency",
    "FileDamaged",
    "FileReader",
    "GrantReason",
    "Opened",
    "Reader",
    "Sealed",
    "Sealer",
    "StoreUnavailable",
    "Upload",
    "UploadLost",
    "Why",
    "Withheld",
    "begin_upload",
    "create_dossier",
    "create_safe",
    "destroy_dossier",
    "end_emergency",
    "file_facts",
    "grant",
    "keep_file",
    "keep_from",
    "open",
    "open_file",
    "open_in_emergency",
    "reach_of",
    "renounce",
    "revoke",
    "revoke_beside",
    "shut_gates",
    "sweep_files",
]
