"""The only door to information about people: dossiers, safes, data keys, grants, sealed fields."""
