"""Floor 5: the regional batch run."""
