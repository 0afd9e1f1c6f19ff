"""Floor 2: one module or folder per business question; no method imports another."""

__all__ = [
    "barriers",
    "case_study",
    "cooperation",
    "drivers",
    "grid",
    "growth",
    "health",
    "ladder",
    "lifetime",
    "loyalty",
    "roles",
    "satisfaction",
    "segments",
    "survey",
    "targeting",
    "tiers",
    "types",
    "universe",
]
