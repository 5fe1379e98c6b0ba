"""The tables of asking and answering."""

from sharing.models.answers import Answer, Item, Receipt, Recipient
from sharing.models.attachments import Attachment, AttachmentFile
from sharing.models.copies import Copy, CopyFile, OwnNote, WordBack, WordBackReader
from sharing.models.drafts import Draft, DraftVersion
from sharing.models.reference import Chasing, Footing, Purpose, TimeLimit
from sharing.models.requests import Ask, AskSubject, Request, Subject
from sharing.models.shares import Contact, Share

__all__ = [
    "Answer",
    "Ask",
    "AskSubject",
    "Attachment",
    "AttachmentFile",
    "Chasing",
    "Contact",
    "Copy",
    "CopyFile",
    "Draft",
    "DraftVersion",
    "Footing",
    "Item",
    "OwnNote",
    "Purpose",
    "Receipt",
    "Recipient",
    "Request",
    "Share",
    "Subject",
    "TimeLimit",
    "WordBack",
    "WordBackReader",
]
