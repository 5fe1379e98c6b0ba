from django.apps import AppConfig

from audit import events


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        events.register(
            {
                "audit.refused": "Was refused",
                "audit.integrity": "Met a row or a value that the portal did not write",
            }
        )
