from django.apps import AppConfig

from audit import events


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Agreements"

    def ready(self) -> None:
        events.register({"agreements.agreement_loaded": "Loaded a signed agreement"})
