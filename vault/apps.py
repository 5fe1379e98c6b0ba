from celery.signals import heartbeat_sent, worker_ready
from django.apps import AppConfig

from audit import events


class VaultConfig(AppConfig):
    name = "vault"
    verbose_name = "Vault"

    def ready(self) -> None:
        events.register(
            {
                "vault.founded": "Chose who may read something new",
                "vault.granted": "Allowed somebody to read",
                "vault.kept_from": "Kept somebody from a case",
                "vault.granted_in_emergency": "Let somebody read in an emergency",
                "vault.revoked": "Ended somebody's right to read",
                "vault.file_removed": "Removed the sealed bytes of a file",
                "vault.destroyed": "Destroyed the keys of a dossier",
                "vault.key_published": "Published a new key-encryption key",
                "vault.key_withdrawn": "Withdrew a key-encryption key that nothing had used",
                "vault.key_activated": "Put a key-encryption key to use",
                "vault.key_retired": "Retired a key-encryption key",
                "vault.keys_rewrapped": "Wrapped data keys again under the active key",
                "vault.key_destroyed": "Destroyed a key-encryption key",
                "vault.key_purged": "Removed a destroyed key's file from a host",
                "vault.host_forgotten": "Counted a host no more that is gone for good",
                "vault.recovery_set_up": "Shared out a recovery key among custodians",
                "vault.recovery_copied": "Made a recovery copy of the key ring",
                "vault.recovery_restored": "Restored a key ring from a recovery copy",
            }
        )
        from vault import consistency, hosts

        consistency.register_checks()

        # A worker has no page to be asked at: its heartbeat tells which keys its ring holds.
        for signal in (worker_ready, heartbeat_sent):
            signal.connect(hosts.on_heartbeat, weak=False, dispatch_uid="vault.ring_report")
