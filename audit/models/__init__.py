"""The two logs, the seals over them, and the expiry of a month."""

from audit.models.expiry import PartitionExpiry
from audit.models.logs import AccessEvent, AccessKind, AuditEvent, Event
from audit.models.seals import Channel, Leaf, Log, PendingEvent, RootDelivery, Seal, Verification

__all__ = [
    "AccessEvent",
    "AccessKind",
    "AuditEvent",
    "Channel",
    "Event",
    "Leaf",
    "Log",
    "PartitionExpiry",
    "PendingEvent",
    "RootDelivery",
    "Seal",
    "Verification",
]
