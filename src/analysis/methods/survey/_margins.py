"""One margin at a time: categories of the respondents against counts of the universe, and weights that meet them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ...core.columns import HOSPITAL_LEVELS, TITLES
from ...core.errors import DataError
from ...core.result import Note
from ...stats import weights as weighting

__all__ = ["UNKNOWN", "Side", "raked", "weighted_to"]

#: category of those whose answer sheet does not tell it
UNKNOWN = "unassigned"


@dataclass(frozen=True)
class Side:
    """One margin: categories of the respondents, counts in the universe."""

    label: pd.Series
    universe: pd.Series
    unknown: int
    universe_unknown: int

    @classmethod
    def of(cls, people: pd.Series, universe: pd.Series) -> Side:
        """The margin of these respondents; a category the universe does not have is unknown."""
        known = universe[universe.notna()].astype(str)
        count = known.value_counts()
        count = count[sorted(count.index, key=_place)]
        own = people.astype(object).where(people.notna(), UNKNOWN).astype(str)
        own = own.where(own.isin(count.index), UNKNOWN)
        return cls(own, count, int((own == UNKNOWN).sum()), len(universe) - len(known))

    @property
    def silent(self) -> list[str]:
        """Categories of the universe no respondent has."""
        return [c for c in self.universe.index if not (self.label == c).any()]

    @property
    def silent_share(self) -> float:
        """Share of the universe in them."""
        return float(self.universe[self.silent].sum() / self.universe.sum()) if len(self.universe) else 0.0

    @property
    def usable(self) -> bool:
        """Whether there are two categories to weigh against each other."""
        return len(self.universe) - len(self.silent) > 1

    def targets(self, base: pd.Series) -> pd.Series:
        """Wanted sum of weights by category; those of unknown category keep theirs."""
        kept = float(base[self.label == UNKNOWN].sum())
        met = self.universe[~self.universe.index.isin(self.silent)]
        wanted = met / met.sum() * (float(base.sum()) - kept)
        return pd.concat([wanted, pd.Series({UNKNOWN: kept})]) if kept > 0 else wanted

    def notes(self, name: str) -> list[Note]:
        """What of this margin is not as it should be."""
        out = []
        if self.silent:
            told = {"attribute": name, "groups": self.silent[:10], "share": self.silent_share}
            out.append(Note("universe_not_represented", told))
        if self.unknown:
            out.append(Note("respondents_at_base_weight", {"attribute": name, "count": self.unknown}))
        if self.universe_unknown:
            out.append(Note("universe_unknown", {"attribute": name, "count": self.universe_unknown}))
        return out


def _place(category: str) -> tuple[int, str]:
    """Levels and titles from high to low, other categories by name."""
    ranked = (*HOSPITAL_LEVELS, *TITLES)
    return (ranked.index(category) if category in ranked else len(ranked), category)


def raked(sides: Mapping[str, Side], usable: list[str], base: pd.Series) -> tuple[pd.Series, list[str]]:
    """Weights that meet as many of the margins as can be met together, the first ones first."""
    used = list(usable)
    while used:
        try:
            return weighted_to(sides, used, base, None), used
        except DataError as error:
            if error.code != "rake_not_converged":
                raise
            used.pop()
    return base, used


def weighted_to(sides: Mapping[str, Side], used: list[str], base: pd.Series, trim: float | None) -> pd.Series:
    """Weights raked to the margins named, mean 1, none above ``trim`` times the mean."""
    codes, targets = [], []
    for name in used:
        wanted = sides[name].targets(base)
        codes.append(wanted.index.get_indexer(pd.Index(sides[name].label)))
        targets.append(wanted.to_numpy(dtype=float))
    found = weighting.rake(codes, targets, base.to_numpy(), trim=trim)
    return pd.Series(found * len(base) / found.sum(), index=base.index)
