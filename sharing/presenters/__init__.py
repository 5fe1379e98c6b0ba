"""What templates get: frozen, evaluated, already opened."""
