"""What the clock asks the workers for, and how often. Each run does what is due and no more."""

from celery.schedules import crontab

TIMETABLE = {
    "sweep the outbox": {"task": "kernel.sweep", "schedule": 10.0},
    "find overdue requests": {"task": "sharing.find_overdue", "schedule": 60.0},
    "chase what was put right": {"task": "sharing.chase_what_was_put_right", "schedule": 3600.0},
    "find disagreements out of time": {"task": "sharing.find_late_steps", "schedule": 60.0},
    "chase reviews of emergencies": {"task": "sharing.chase_emergencies", "schedule": 3600.0},
    "remind of incidents": {"task": "incidents.remind", "schedule": 600.0},
    "pass on what waits where nobody is": {"task": "sharing.pass_on", "schedule": 60.0},
    # A run that comes late is left out: the next one seals the same.
    "seal the audit": {"task": "audit.seal", "schedule": 60.0, "options": {"expires": 55}},
    "remove what uploads left": {"task": "vault.sweep_files", "schedule": 300.0},
    "forget ended sessions": {"task": "accounts.forget_sessions", "schedule": 3600.0},
    "make audit partitions": {"task": "audit.make_partitions", "schedule": 24 * 3600.0},
    "verify the audit": {"task": "audit.verify", "schedule": crontab(hour=2, minute=30)},
    "check the records": {"task": "audit.check_records", "schedule": crontab(hour=3, minute=30)},
    "let roots leave": {"task": "audit.publish_root", "schedule": crontab(hour=6, minute=0)},
}
