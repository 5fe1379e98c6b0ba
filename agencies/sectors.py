"""The words that describe an agency: its sector, its legal kind, and its duty to share.

Sectors are those that signed the partnership's agreement on 1 August 2019 (D12).
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import models


class Sector(models.TextChoices):
    """The part of the partnership that an agency speaks for."""

    SOCIAL_CARE = "SOCIAL_CARE", "Children's social care"
    COUNTY = "COUNTY", "County council"
    DISTRICT = "DISTRICT", "District council"
    ADULT_CARE = "ADULT_CARE", "Adult social care"
    PUBLIC_HEALTH = "PUBLIC_HEALTH", "Public health"
    EARLY_YEARS = "EARLY_YEARS", "Early years"
    FIRST_PRIMARY = "FIRST_PRIMARY", "First and primary schools"
    MIDDLE = "MIDDLE", "Middle schools"
    SECONDARY = "SECONDARY", "Secondary schools"
    SPECIAL = "SPECIAL", "Special schools"
    INDEPENDENT = "INDEPENDENT", "Independent schools"
    FURTHER = "FURTHER", "Further education"
    ACUTE = "ACUTE", "Acute hospitals"
    COMMUNITY_HEALTH = "COMMUNITY_HEALTH", "Community and mental health"
    HEALTH_COMMISSIONER = "HEALTH_COMMISSIONER", "Health commissioner"
    AMBULANCE = "AMBULANCE", "Ambulance service"
    POLICE = "POLICE", "Police"
    PROBATION = "PROBATION", "Probation"
    YOUTH_JUSTICE = "YOUTH_JUSTICE", "Youth justice"
    FIRE = "FIRE", "Fire and rescue"
    HOUSING = "HOUSING", "Housing"
    VOLUNTARY = "VOLUNTARY", "Voluntary and community"
    FAMILY_COURT = "FAMILY_COURT", "Family court advice (Cafcass)"
    PARTNERSHIP = "PARTNERSHIP", "Partnership and scrutiny"


class Kind(models.TextChoices):
    """What an agency is in law: it decides which lawful bases are open to it."""

    PUBLIC = "PUBLIC", "Public authority"
    LAW_ENFORCEMENT = "LAW_ENFORCEMENT", "Public authority with law-enforcement purposes"
    PRIVATE = "PRIVATE", "Private or independent provider"
    CHARITY = "CHARITY", "Charity or voluntary organisation"


class Duty(models.TextChoices):
    """Where an agency stands under section 16LA of the Children Act 2004."""

    S11 = "S11", "Must share: listed in section 11"
    DESIGNATED = "DESIGNATED", "Must share: designated childcare or education agency"
    CONTRACTED = "CONTRACTED", "Must share: provides services under contract to a body that must"
    NONE = "NONE", "May share: section 16LA does not bind it"

    @property
    def source(self) -> str:
        """Where the standing comes from, and when that was last read."""
        return _DUTY_SOURCES[self]

    @property
    def binds(self) -> bool:
        """Whether the duty to share, with its detriment test, applies."""
        return self is not Duty.NONE


_ACT = "Children Act 2004, section 16LA (Children's Wellbeing and Schools Act 2026, section 4)"
_DUTY_SOURCES = {
    Duty.S11: f"{_ACT}; bodies of section 11(1). Checked 21 November 2026",
    Duty.DESIGNATED: f"{_ACT}; designated childcare and education agencies. Checked 21 November 2026",
    Duty.CONTRACTED: f"{_ACT}; contracted providers. Checked 21 November 2026",
    Duty.NONE: f"{_ACT}; not among those it names. Checked 21 November 2026",
}


class Standing(NamedTuple):
    """What an agency of a sector usually is."""

    kind: Kind
    duty: Duty


# Proposed when an agency is added; the coordinator decides, because section 11 lists bodies by name.
USUAL_STANDING = {
    Sector.SOCIAL_CARE: Standing(Kind.PUBLIC, Duty.S11),
    Sector.COUNTY: Standing(Kind.PUBLIC, Duty.S11),
    Sector.DISTRICT: Standing(Kind.PUBLIC, Duty.S11),
    Sector.ADULT_CARE: Standing(Kind.PUBLIC, Duty.S11),
    Sector.PUBLIC_HEALTH: Standing(Kind.PUBLIC, Duty.S11),
    Sector.EARLY_YEARS: Standing(Kind.PRIVATE, Duty.DESIGNATED),
    Sector.FIRST_PRIMARY: Standing(Kind.PUBLIC, Duty.DESIGNATED),
    Sector.MIDDLE: Standing(Kind.PUBLIC, Duty.DESIGNATED),
    Sector.SECONDARY: Standing(Kind.PUBLIC, Duty.DESIGNATED),
    Sector.SPECIAL: Standing(Kind.PUBLIC, Duty.DESIGNATED),
    Sector.INDEPENDENT: Standing(Kind.PRIVATE, Duty.DESIGNATED),
    Sector.FURTHER: Standing(Kind.PUBLIC, Duty.DESIGNATED),
    Sector.ACUTE: Standing(Kind.PUBLIC, Duty.S11),
    Sector.COMMUNITY_HEALTH: Standing(Kind.PUBLIC, Duty.S11),
    Sector.HEALTH_COMMISSIONER: Standing(Kind.PUBLIC, Duty.S11),
    Sector.AMBULANCE: Standing(Kind.PUBLIC, Duty.S11),
    Sector.POLICE: Standing(Kind.LAW_ENFORCEMENT, Duty.S11),
    Sector.PROBATION: Standing(Kind.LAW_ENFORCEMENT, Duty.S11),
    Sector.YOUTH_JUSTICE: Standing(Kind.LAW_ENFORCEMENT, Duty.S11),
    Sector.FIRE: Standing(Kind.PUBLIC, Duty.NONE),
    Sector.HOUSING: Standing(Kind.CHARITY, Duty.NONE),
    Sector.VOLUNTARY: Standing(Kind.CHARITY, Duty.NONE),
    Sector.FAMILY_COURT: Standing(Kind.PUBLIC, Duty.NONE),
    Sector.PARTNERSHIP: Standing(Kind.PUBLIC, Duty.NONE),
}
