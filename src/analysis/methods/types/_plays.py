"""What each life-cycle stage calls for: `plays`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...core.result import Disclosure, Note, Result
from ._stages import Stages

__all__ = ["StagePlays", "plays"]


@dataclass(frozen=True, eq=False, kw_only=True)
class StagePlays(Result):
    """What each stage calls for.

    Attributes
    ----------
    table : DataFrame
        One row per stage that occurs: stage, n, play (code; the words stand in the language files).
    """

    layout: ClassVar[str] = "table"
    disclosure: ClassVar[Disclosure] = Disclosure(within=())


def plays(stages: Stages) -> StagePlays:
    """What each stage calls for, within the rules: service and information, never more than the need.

    Parameters
    ----------
    stages : Stages

    Returns
    -------
    StagePlays
    """
    table = stages.table.loc[stages.table["n"] > 0, ["stage", "n"]].reset_index(drop=True)
    table["play"] = table["stage"].str.replace("stage_", "stage_play_", n=1).astype("str")
    return StagePlays(table=table, settings={"n": int(table["n"].sum())}, notes=(Note("stages_plays_rules", {}),))
