"""Agencies, their desks and people: who may act for whom, in which roles, up to which tier (D17)."""
