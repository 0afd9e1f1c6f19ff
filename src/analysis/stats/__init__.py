"""Floor 1: shared statistics; arrays in, arrays or small tables out."""

__all__ = ["adjust", "bootstrap", "intervals", "regression", "weights"]
