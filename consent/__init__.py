"""What the family was told, whether consent was gained, and on what ground it was set aside."""
