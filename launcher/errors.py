"""The one way the launcher gives up: with a sentence that says what to do."""


class CannotGoOn(Exception):
    """Something a person has to put right; shown without a traceback."""
