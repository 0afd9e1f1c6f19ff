"""Floor 2: from an analyst's files to canonical tables, and what is read from them."""

__all__ = [
    "calendar", "customers", "dataset", "decisions", "draft", "gate", "headers", "parsing", "readers", "sample",
    "store", "tables",
]  # fmt: skip
