"""The eighteen barriers as data: theory, owner, what may be done and what never.

Theory: COM-B components and domains of the Theoretical Domains Framework (Cane,
O'Connor and Michie 2012, Implementation Science 7:37). Names and texts of a code
stand in the word files under ``terms``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

__all__ = ["ADDRESSABLE", "TAXONOMY", "Barrier", "taxonomy"]

#: how far a barrier may be worked on, as the factor in its priority; unknown codes count half until declared
ADDRESSABLE = {"yes": 1.0, "partly": 0.5, "no": 0.0, "appropriate": 0.0, "unknown": 0.5}


@dataclass(frozen=True)
class Barrier:
    """One code.

    Attributes
    ----------
    barrier : str
    com_b : {"capability", "opportunity", "motivation"}
    tdf, tdf_also : str or None
        Domains, the leading one first.
    addressable : {"yes", "partly", "no", "appropriate"}
        ``appropriate`` barriers protect patients and are not to be removed.
    owner : str
        Function that may act.
    level : {"hospital", "respondent"}
        Whether it is a fact of the hospital, alike for all who work there, or of the respondent.
    response, never : str or None
        Codes of what may be offered and of what must not be done.
    """

    barrier: str
    com_b: str
    tdf: str
    tdf_also: str | None
    addressable: str
    owner: str
    level: str
    response: str | None
    never: str | None


_FACTS = ("B09", "B10", "B11", "B12", "B13", "B14")


def _barrier(code: str, com_b: str, tdf: str, addressable: str, owner: str, told: str) -> Barrier:
    """``told`` has r where a response and n where a ban is worded for the code."""
    first, *rest = tdf.split()
    return Barrier(
        code, com_b, f"tdf_{first}", f"tdf_{rest[0]}" if rest else None, addressable, f"owner_{owner}",
        "hospital" if code in _FACTS else "respondent",
        f"response_{code}" if "r" in told else None, f"never_{code}" if "n" in told else None,
    )  # fmt: skip


TAXONOMY = (
    _barrier("B01", "capability", "knowledge", "yes", "promotion", "r"),
    _barrier("B02", "motivation", "consequences", "yes", "medical", "rn"),
    _barrier("B03", "motivation", "consequences", "yes", "safety", "rn"),
    _barrier("B04", "capability", "skills memory", "yes", "training", "r"),
    _barrier("B05", "motivation", "habit memory", "partly", "promotion", "r"),
    _barrier("B06", "motivation", "consequences social", "partly", "promotion", "rn"),
    _barrier("B07", "opportunity", "social", "partly", "promotion", "rn"),
    _barrier("B08", "motivation", "role", "no", "medical", "r"),
    _barrier("B09", "opportunity", "environment", "yes", "access", "r"),
    _barrier("B10", "opportunity", "environment", "partly", "access", "r"),
    _barrier("B11", "opportunity", "environment", "no", "none", "rn"),
    _barrier("B12", "opportunity", "environment", "partly", "heor", "r"),
    _barrier("B13", "opportunity", "environment regulation", "appropriate", "none", "rn"),
    _barrier("B14", "opportunity", "environment reinforcement", "no", "none", ""),
    _barrier("B15", "opportunity", "environment", "yes", "supply", "r"),
    _barrier("B16", "opportunity", "environment", "appropriate", "none", "r"),
    _barrier("B17", "opportunity", "social", "yes", "own", "r"),
    _barrier("B18", "opportunity", "environment", "partly", "channel", "rn"),
)


def taxonomy() -> pd.DataFrame:
    """The codes as a table: barrier, com_b, tdf, tdf_also, addressable, owner, level, response, never."""
    return pd.DataFrame([asdict(barrier) for barrier in TAXONOMY])
