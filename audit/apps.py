from django.apps import AppConfig

from audit import events


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        from audit import handlers
        from kernel import outbox

        outbox.register("audit.root_to_file", handlers.root_to_file, queue="audit")
        outbox.register("audit.root_to_syslog", handlers.root_to_syslog)
        outbox.register("audit.root_to_officer", handlers.root_to_officer)
        outbox.register("audit.alarm", handlers.alarm)
        events.register(
            {
                "audit.refused": "Was refused",
                "audit.integrity": "Met a row or a value that the portal did not write",
                "audit.records_checked": "Compared the records that must agree with each other",
                "audit.finding_gone": "Found that rows which did not agree now do",
                "audit.vouched": "Signed a row as it stood, on an operator's word",
                "audit.verified": "Looked through the whole audit for signs of tampering",
                "audit.expiry_proposed": "Proposed that a month of the log be destroyed",
                "audit.expiry_approved": "Approved that a month of the log be destroyed",
                "audit.month_expired": "Destroyed a month of the log, whose seals stay",
                "audit.exported": "Exported events with proof",
                "audit.sealing_key_changed": "Announced the key that seals the audit from now on",
            }
        )
