"""Golden rules, key questions and scripts at hand, and advice from the designated lead."""
