"""Sealed files: bytes about people, sealed as they arrive, opened as they are read, never whole."""
