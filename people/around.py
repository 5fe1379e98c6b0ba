"""Who is around somebody, and what those who act must beware of (D16, D17).

Sealed in the shape of the national Person draft (PUB01): a related person with relationship codes of
HL7's RoleCode where it has one. Everything here holds plain text: never log or store it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from django.db import models

from people.identity import Identity

# Kinds of safes: who is around a person with what to beware of, and what fewer still may read
AROUND_SAFE, RESTRICTED_SAFE = "AROUND", "RESTRICTED"


class Relationship(models.TextChoices):
    """What somebody is to the person. Codes of HL7's RoleCode, but for those with an underscore."""

    MOTHER = "MTH", "Mother"
    FATHER = "FTH", "Father"
    STEP_PARENT = "STPPRN", "Step-parent"
    PARENTS_PARTNER = "PARENTS_PARTNER", "Partner of a parent"
    SIBLING = "SIB", "Brother or sister"
    GRANDPARENT = "GRPRN", "Grandparent"
    RELATIVE = "FAMMEMB", "Another relative"
    FOSTER_CARER = "PRNFOST", "Foster carer"
    ADOPTIVE_PARENT = "ADOPTP", "Adoptive parent"
    PARTNER = "SIGOTHR", "Partner, or former partner"
    CHILD = "CHILD", "Child"
    HOUSEHOLD = "HOUSEHOLD_MEMBER", "Another member of the household"
    SIGNIFICANT = "SIGNIFICANT_ADULT", "Another significant adult"
    PROFESSIONAL = "A_PROFESSIONAL", "Professional"
    OTHER = "OTHER_RELATION", "Somebody else"


class Known(models.TextChoices):
    """Yes, no, or nobody knows: not knowing is an answer of its own."""

    YES = "YES", "Yes"
    NO = "NO", "No"
    NOT_KNOWN = "NOT_KNOWN", "Not known"


class Lives(models.TextChoices):
    """Where somebody lives. A protected address is not asked for: what is not there does not leak."""

    SAME = "SAME", "At the same address"
    OTHER = "OTHER", "At another address"
    PROTECTED = "PROTECTED", "At a protected address"
    NOT_KNOWN = "NOT_KNOWN", "Not known"


class Concern(models.TextChoices):
    """What those who act should know of before they act (D16)."""

    DOMESTIC_ABUSE = "DOMESTIC_ABUSE", "Domestic abuse"
    SUBSTANCES = "SUBSTANCES", "Misuse of alcohol or drugs"
    MENTAL_HEALTH = "MENTAL_HEALTH", "Mental ill health that bears on care"
    VIOLENCE = "VIOLENCE", "Violence or weapons"
    EXPLOITATION = "EXPLOITATION", "Criminal or sexual exploitation"
    RISK_TO_PROFESSIONALS = "RISK_TO_PROFESSIONALS", "Risk to professionals: do not visit alone"


class Restricted(models.TextChoices):
    """Indicators that S3 gives to fewer people still (D17, notes 4 and 5). No history comes along."""

    POSES_RISK = "POSES_RISK", "Poses a risk to children (formerly “Schedule One”)"
    LOOKED_AFTER = "LOOKED_AFTER", "Is or was looked after"


@dataclass(frozen=True, slots=True, repr=False)
class Indicators:
    """Concerns about one person: theirs who is asked about, or somebody's around them."""

    concerns: tuple[Concern, ...] = ()
    words: str = ""
    restricted: tuple[Restricted, ...] = ()

    def open_part(self) -> dict[str, Any]:
        """What a desk's cleared members read."""
        record = {"concerns": [one.value for one in self.concerns], "words": self.words}
        return record if self.concerns or self.words else {}

    def restricted_part(self) -> dict[str, Any]:
        """What lies in a safe of its own."""
        return {"restricted": [one.value for one in self.restricted]} if self.restricted else {}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        return cls(
            tuple(Concern(one) for one in record.get("concerns", [])),
            record.get("words", ""),
            tuple(Restricted(one) for one in record.get("restricted", [])),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Safety:
    """How somebody must not be reached, and who must not learn what is said of them."""

    unsafe: str = ""
    excluded: tuple[str, ...] = ()
    why: str = ""

    def __bool__(self) -> bool:
        return bool(self.unsafe or self.excluded)

    def to_json(self) -> dict[str, Any]:
        return {"unsafeContact": self.unsafe, "excluded": list(self.excluded), "why": self.why}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        return cls(record["unsafeContact"], tuple(record["excluded"]), record["why"])


@dataclass(frozen=True, slots=True, repr=False)
class Connected:
    """Somebody around the person that a record is about."""

    person: Identity
    relationship: Relationship
    relationship_words: str = ""
    in_household: Known = Known.NOT_KNOWN
    responsibility: Known = Known.NOT_KNOWN
    lives: Lives = Lives.NOT_KNOWN
    age: str = ""
    unsafe: str = ""
    is_excluded: bool = False
    excluded_why: str = ""
    is_asked_about: bool = False
    indicators: Indicators = field(default_factory=Indicators)

    def to_json(self) -> dict[str, Any]:
        """The sealed form; concerns are sealed apart, at a higher tier."""
        return {
            "person": self.person.to_json(),
            "relationship": [self.relationship.value],
            "relationshipText": self.relationship_words,
            "householdMember": self.in_household.value,
            "parentalResponsibility": self.responsibility.value,
            "lives": self.lives.value,
            "estimatedAge": self.age,
            "unsafeContact": self.unsafe,
            "isExcluded": self.is_excluded,
            "why": self.excluded_why,
            "isAskedAbout": self.is_asked_about,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        return cls(
            person=Identity.from_json(record["person"]),
            relationship=Relationship(record["relationship"][0]),
            relationship_words=record["relationshipText"],
            in_household=Known(record["householdMember"]),
            responsibility=Known(record["parentalResponsibility"]),
            lives=Lives(record["lives"]),
            age=record["estimatedAge"],
            unsafe=record["unsafeContact"],
            is_excluded=record["isExcluded"],
            excluded_why=record["why"],
            is_asked_about=record["isAskedAbout"],
        )


@dataclass(frozen=True, slots=True, repr=False)
class Surroundings:
    """Everything said around one person when a record is written."""

    connected: tuple[Connected, ...] = ()
    safety: Safety = Safety()
    indicators: Indicators = Indicators()
