"""One module for each word that ./portal understands."""
