"""Information-sharing agreements, and who has signed them for whom."""
