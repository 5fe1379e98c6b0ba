"""What changed and who looked: two append-only logs of ids and codes, never values."""
