"""Floor 3: figures. One module per method module; each draws a result and computes nothing."""

__all__ = [
    "barriers",
    "drivers",
    "growth",
    "health",
    "ladder",
    "lifetime",
    "loyalty",
    "satisfaction",
    "segments",
    "style",
    "tiers",
    "types",
]
