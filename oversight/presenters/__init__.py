"""What the pages of oversight show, worked out before they are drawn."""
