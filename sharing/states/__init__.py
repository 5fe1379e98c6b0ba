"""The lists and workflows of the journey. Stored codes never change their meaning."""

from sharing.states.escalation import (
    ESCALATION_WORKFLOW,
    EscalationAbout,
    EscalationLevel,
    EscalationStatus,
    StepOutcome,
)
from sharing.states.journey import (
    ASK_WORKFLOW,
    DRAFT_WORKFLOW,
    OPEN_ASK,
    AskStatus,
    Category,
    DraftKind,
    DraftStatus,
    FamilyMaySee,
    Outcome,
    RecipientKind,
    RefusalGround,
    Standing,
    Urgency,
)

__all__ = [
    "ASK_WORKFLOW",
    "DRAFT_WORKFLOW",
    "ESCALATION_WORKFLOW",
    "OPEN_ASK",
    "AskStatus",
    "Category",
    "DraftKind",
    "DraftStatus",
    "EscalationAbout",
    "EscalationLevel",
    "EscalationStatus",
    "FamilyMaySee",
    "Outcome",
    "RecipientKind",
    "RefusalGround",
    "Standing",
    "StepOutcome",
    "Urgency",
]
