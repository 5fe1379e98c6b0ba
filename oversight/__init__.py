"""For those who must prove what happened, and keep the post moving: the log's viewer, the outbox's page."""
