"""Floor 1: shared statistics; arrays in, arrays or small tables out."""

__all__ = [
    "adjust", "ahp", "bootstrap", "cumulative", "design", "groups", "intervals", "periods", "regression", "sandwich",
    "scores", "shapley", "sums", "weights",
]  # fmt: skip
