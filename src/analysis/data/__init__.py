"""Floor 2: from an analyst's files to canonical tables, and what is read from them."""

__all__ = ["customers", "dataset", "decisions", "gate", "parsing", "readers", "sample", "store", "tables"]
