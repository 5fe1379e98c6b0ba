"""The pages about agencies: the directory, an agency's people, joining, and choosing a hat."""
