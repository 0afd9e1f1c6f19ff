"""Speed and coverage measurements; the figures they gave stand in README.md."""
