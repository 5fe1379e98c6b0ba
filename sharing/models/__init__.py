"""The tables of asking and answering."""

from sharing.models.answers import Answer, Item, Receipt, Recipient
from sharing.models.drafts import Draft, DraftVersion
from sharing.models.reference import Footing, Purpose, TimeLimit
from sharing.models.requests import Ask, AskSubject, Request, Subject

__all__ = [
    "Answer",
    "Ask",
    "AskSubject",
    "Draft",
    "DraftVersion",
    "Footing",
    "Item",
    "Purpose",
    "Receipt",
    "Recipient",
    "Request",
    "Subject",
    "TimeLimit",
]
