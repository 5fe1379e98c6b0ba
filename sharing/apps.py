from django.apps import AppConfig

from audit import events


class SharingConfig(AppConfig):
    name = "sharing"
    verbose_name = "Sharing"

    def ready(self) -> None:
        from sharing import consistency, handlers

        handlers.register()
        consistency.register_checks()
        events.register(
            {
                "sharing.draft.begun": "Began to write",
                "sharing.draft.discarded": "Gave a draft up",
                "sharing.request.sent": "Sent a request",
                "sharing.ask.claimed": "Took a request on",
                "sharing.ask.taken_over": "Took a request over from a colleague",
                "sharing.ask.put_back": "Put a request back into the desk's queue",
                "sharing.ask.answered": "Answered a request",
                "sharing.ask.overdue": "Told both sides that an answer is overdue",
            }
        )
