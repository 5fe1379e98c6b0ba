"""How long each class of record is kept, why, and who disposes of it when the time has come."""
