from django.apps import AppConfig

from audit import events


class GuidanceConfig(AppConfig):
    name = "guidance"
    verbose_name = "Guidance"

    def ready(self) -> None:
        from guidance import consistency, handlers

        handlers.register()
        consistency.register_checks()
        events.register(
            {
                "guidance.advice.asked": "Asked a designated lead for advice",
                "guidance.advice.answered": "Advised a colleague as a designated lead",
            }
        )
