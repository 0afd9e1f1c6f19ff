"""What all figures share: tokens, fonts, axes, marks, and bars that add up."""

from ._axes import row_names, share_axis, share_rows
from ._labels import wrapped
from ._look import (
    CATEGORICAL,
    DIVERGING,
    FAMILY,
    FONTS,
    SEQUENTIAL,
    TOKENS,
    Money,
    context,
    families,
    interval,
    month_axis,
    new_axes,
    no_number,
    palette,
    parameters,
    value_name,
    without_empty,
)
from ._waterfall import NOTHING, waterfall

__all__ = [
    "CATEGORICAL",
    "DIVERGING",
    "FAMILY",
    "FONTS",
    "NOTHING",
    "SEQUENTIAL",
    "TOKENS",
    "Money",
    "context",
    "families",
    "interval",
    "month_axis",
    "new_axes",
    "no_number",
    "palette",
    "parameters",
    "row_names",
    "share_axis",
    "share_rows",
    "value_name",
    "waterfall",
    "without_empty",
    "wrapped",
]
