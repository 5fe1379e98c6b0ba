from django.apps import AppConfig

from audit import events


class RetentionConfig(AppConfig):
    name = "retention"
    verbose_name = "Retention"

    def ready(self) -> None:
        events.register({"retention.schedule_loaded": "Loaded the retention schedule"})
