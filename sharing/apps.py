from django.apps import AppConfig

from audit import events

# What the log says of each event
EVENTS = {
    "sharing.item.corrected": "Corrected what had been shared",
    "sharing.item.withdrawn": "Withdrew something that had been shared",
    "sharing.correction.acknowledged": "Said that they know what was put right",
    "sharing.correction.chased": "Told somebody again of what was put right",
    "sharing.answer.recalled": "Took back what had been shared",
    "sharing.recall.confirmed": "Said what became of copies received by mistake",
    "sharing.recall.chased": "Asked somebody again what became of copies",
    "sharing.draft.begun": "Began to write",
    "sharing.draft.discarded": "Gave a draft up",
    "sharing.request.sent": "Sent a request",
    "sharing.share.sent": "Shared information unasked",
    "sharing.contact.logged": "Logged what passed beside the portal",
    "sharing.escalation.raised": "Disputed what a desk did or did not do",
    "sharing.escalation.opened": "Took a disagreement to a level",
    "sharing.escalation.ended": "Ended a disagreement",
    "sharing.ask.claimed": "Took a request on",
    "sharing.ask.taken_over": "Took a request over from a colleague",
    "sharing.ask.put_back": "Put a request back into the desk's queue",
    "sharing.ask.answered": "Answered a request",
    "sharing.copy.taken": "Took a copy of an answer",
    "sharing.copy.made": "Made the copy that somebody asked for",
    "sharing.attachment.added": "Added a file",
    "sharing.attachment.passed": "A file was checked and given on",
    "sharing.attachment.refused": "A file was not taken",
    "sharing.attachment.removed": "Took a file back",
    "sharing.noted": "Noted where a record is filed, or whether CP-IS was checked",
    "sharing.word_back.sent": "Told those who answered what came of it",
    "sharing.ask.overdue": "Told both sides that an answer is overdue",
    "sharing.ask.handed_on": "Gave a request to a colleague at the desk",
    "sharing.ask.passed_on": "Passed a request on to the desk's named fallback",
    "sharing.ask.not_passed_on": "Could not pass a request on: nobody takes over",
    "sharing.emergency.opened": "Opened a case in an emergency",
    "sharing.emergency.missed": "Tried to open in an emergency what is not their agency's",
    "sharing.emergency.ended": "Ended an emergency opening early",
    "sharing.emergency.reviewed": "Reviewed an emergency opening",
    "sharing.emergency.chased": "Told again of an emergency opening without a review",
}


class SharingConfig(AppConfig):
    name = "sharing"
    verbose_name = "Sharing"

    def ready(self) -> None:
        from sharing import consistency, documents, explaining, handlers, matters

        handlers.register()
        documents.register()
        explaining.register()
        matters.register()
        consistency.register_checks()
        events.register(EVENTS)
