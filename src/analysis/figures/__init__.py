"""Floor 3: figures. One module per method module; each draws a result and computes nothing."""

__all__ = [
    "barriers",
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
    "style",
    "targeting",
    "tiers",
    "types",
    "universe",
]
