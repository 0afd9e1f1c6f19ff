"""Open answers and public feedback."""
