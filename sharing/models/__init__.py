"""The tables of asking and answering."""

from sharing.models.answers import Answer, Item, Receipt, Recipient
from sharing.models.attachments import Attachment, AttachmentFile
from sharing.models.copies import Copy, CopyFile, OwnNote, WordBack, WordBackReader
from sharing.models.correcting import Acknowledgement, Correction, Withdrawal
from sharing.models.drafts import Draft, DraftVersion
from sharing.models.emergency import EmergencyOpening, EmergencyReview
from sharing.models.escalation import (
    Escalation,
    EscalationLimit,
    EscalationParty,
    EscalationStep,
    StepEnd,
)
from sharing.models.recalling import Recall
from sharing.models.reference import Chasing, Footing, Purpose, TimeLimit
from sharing.models.requests import Ask, AskSubject, Request, Subject
from sharing.models.shares import Contact, Share

__all__ = [
    "Acknowledgement",
    "Answer",
    "Ask",
    "AskSubject",
    "Attachment",
    "AttachmentFile",
    "Chasing",
    "Contact",
    "Copy",
    "CopyFile",
    "Correction",
    "Draft",
    "DraftVersion",
    "EmergencyOpening",
    "EmergencyReview",
    "Escalation",
    "EscalationLimit",
    "EscalationParty",
    "EscalationStep",
    "Footing",
    "Item",
    "OwnNote",
    "Purpose",
    "Recall",
    "Receipt",
    "Recipient",
    "Request",
    "Share",
    "StepEnd",
    "Subject",
    "TimeLimit",
    "Withdrawal",
    "WordBack",
    "WordBackReader",
]
