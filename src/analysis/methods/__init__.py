"""Floor 2: one module or folder per business question; no method imports another."""

__all__ = [
    "barriers",
    "case_study",
    "drivers",
    "growth",
    "health",
    "ladder",
    "lifetime",
    "loyalty",
    "satisfaction",
    "segments",
    "survey",
    "tiers",
    "types",
]
