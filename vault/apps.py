from django.apps import AppConfig

from audit import events


class VaultConfig(AppConfig):
    name = "vault"
    verbose_name = "Vault"

    def ready(self) -> None:
        events.register(
            {
                "vault.granted": "Allowed somebody to read",
                "vault.revoked": "Ended somebody's right to read",
                "vault.destroyed": "Destroyed the keys of a dossier",
            }
        )
