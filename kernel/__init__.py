"""What every app stands on: actors, decisions, workflow, tiers, clocks, ids, outbox, attestation, privacy."""
