"""Meetings, confidentiality sign-off and minutes. Its tables come with its first page."""
