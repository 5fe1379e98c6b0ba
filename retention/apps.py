from django.apps import AppConfig

from audit import events, registry


class RetentionConfig(AppConfig):
    name = "retention"
    verbose_name = "Retention"

    def ready(self) -> None:
        from retention.queries import period_of

        registry.register_schedule(lambda: period_of("AUDIT"))
        events.register({"retention.schedule_loaded": "Loaded the retention schedule"})
