from django.apps import AppConfig

from audit import events


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "Oversight"

    def ready(self) -> None:
        events.register(
            {
                "audit.viewed": "Searched the log",
                "audit.downloaded": "Downloaded a part of the log",
                "oversight.message_retried": "Had a message tried again",
                "oversight.message_given_up": "Gave up a message that could not be sent",
            }
        )
