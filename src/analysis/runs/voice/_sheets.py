"""The answer sheets of one wave: by item, by construct, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ...core.errors import DataError
from ...methods import satisfaction, survey
from ._plan import Voice, called, plan

__all__ = ["Sheets", "waves"]

#: a numeric item is a rating where its scale is declared
_RATINGS = ("likert5", "likert7", "numeric")


@dataclass(frozen=True, eq=False, kw_only=True)
class Sheets:
    """One wave of a survey.

    Attributes
    ----------
    answers, items : DataFrame
        Tables ``survey_responses`` and ``survey_items``, all waves.
    wave : str or None
        The wave that is read; None where the survey names none.
    """

    answers: pd.DataFrame
    items: pd.DataFrame
    wave: str | None

    @cached_property
    def wide(self) -> pd.DataFrame:
        """One row per respondent, one column per item; without those asked by a representative."""
        return survey.wide(self.answers, self.items, wave=self.wave)

    @cached_property
    def plan(self) -> Voice:
        """The questions by their use."""
        return plan(self.wide, self.items)

    @cached_property
    def person(self) -> pd.Series | None:
        """Customer of each respondent, where the survey says so."""
        return self._first("customer_id")

    @cached_property
    def base(self) -> pd.Series | None:
        """Weights that came with the survey."""
        given = self._first("weight")
        return None if given is None else given.astype("float64")

    def scales(self) -> dict[str, pd.DataFrame]:
        """Constructs asked with two rating items or more; needs compete with each other and are no scale."""
        book = self._book
        if "construct" not in book.columns:
            return {}
        rated = book.loc[self._rated]
        groups = rated.groupby("construct").groups
        return {
            str(name): self.wide[list(items)] for name, items in groups.items() if len(items) > 1 and name != "needs"
        }

    @property
    def ratings(self) -> pd.DataFrame | None:
        """Every rating item."""
        return self.wide[self._rated] if len(self._rated) > 1 else None

    def pairs(self) -> tuple[pd.DataFrame, pd.DataFrame] | tuple[None, None]:
        """Importance and satisfaction of the same attributes; None twice where none belong together."""
        try:
            return satisfaction.pairs(self.wide, self.items)
        except DataError:
            return None, None

    @cached_property
    def comments(self) -> pd.Series | None:
        """Open answers, one below the other; None where nobody wrote anything."""
        found = self.texts("comment")
        return None if found is None else pd.concat([found[name].dropna() for name in found.columns]).rename("text")

    @cached_property
    def severities(self) -> pd.DataFrame | None:
        """Answers to barrier items that carry a severity, by barrier code; None where they are yes or no."""
        book = self._book
        names = [i for i in book.index[book["type"] == "barrier"] if i in self.wide.columns]
        if not names or "barrier_code" not in book.columns or not (self.wide[names] > 1).any(axis=None):
            return None
        codes = book.loc[names, "barrier_code"].dropna()
        return self.wide[list(codes.index)].T.groupby(codes).max().T

    def asked_of(self, construct: str) -> list[str]:
        """Items of a construct that somebody answered, in the order of the codebook."""
        book = self._book
        if "construct" not in book.columns:
            return []
        return [name for name in book.index[book["construct"] == construct] if name in self.wide.columns]

    def of(self, construct: str) -> pd.DataFrame | None:
        """Answers to the items of a construct, called by what they ask about; None where nobody answered any."""
        names = self.asked_of(construct)
        frame = self.wide[names].dropna(how="all")
        return called(frame, self._book) if len(frame) and names else None

    def one(self, construct: str) -> pd.Series | None:
        """Answers to the only item of a construct, or to its first; None where nobody answered it."""
        found = self.of(construct)
        return None if found is None else found.iloc[:, 0].dropna()

    def texts(self, construct: str) -> pd.DataFrame | None:
        """Answers in words to the items of a construct: one column per item; None where there are none."""
        book = self._book
        if "construct" not in book.columns or "text" not in self.answers.columns:
            return None
        rows = self._rows()
        rows = rows[rows["item_id"].isin(book.index[book["construct"] == construct]) & rows["text"].notna()]
        if rows.empty:
            return None
        rows = rows.drop_duplicates(["response_id", "item_id"]).set_index(["response_id", "item_id"])
        return rows["text"].unstack()  # noqa: PD010 - keys are unique

    def stages(self) -> dict[str, str]:
        """Journey stage of each touchpoint, by what the touchpoint is called."""
        book = self._book
        found = self.of("touchpoint")
        if found is None or "x_stage" not in book.columns:
            return {}
        stage = book["x_stage"].reindex(self.asked_of("touchpoint"))
        return {str(c): str(s) for c, s in zip(found.columns, stage, strict=True) if pd.notna(s)}

    @cached_property
    def questions(self) -> pd.DataFrame:
        """The rows of ``survey_items`` that belong to this wave."""
        items = self.items
        if "wave" in items.columns and self.wave is not None:
            own = items[items["wave"].isna() | (items["wave"] == self.wave)]
            items = own if len(own) else items
        return items.drop_duplicates("item_id")

    @property
    def _rated(self) -> list[str]:
        """Rating items that somebody answered."""
        book = self._book
        rated = book["type"].isin(_RATINGS)
        if "x_high" in book.columns:
            rated &= (book["type"] != "numeric") | book["x_high"].notna()
        else:
            rated &= book["type"] != "numeric"
        return [item for item in book.index[rated] if item in self.wide.columns]

    @property
    def _book(self) -> pd.DataFrame:
        return self.questions.set_index("item_id")

    def _rows(self) -> pd.DataFrame:
        rows = self.answers
        if self.wave is not None:
            rows = rows[rows["wave"] == self.wave]
        return rows[rows["mode"] != "rep_administered"] if "mode" in rows.columns else rows

    def _first(self, column: str) -> pd.Series | None:
        """A column of the answer sheets, one value per respondent; None where it is empty."""
        if column not in self.answers.columns:
            return None
        found = self._rows().drop_duplicates("response_id").set_index("response_id")[column].reindex(self.wide.index)
        return found if found.notna().any() else None


def waves(answers: pd.DataFrame) -> list[str]:
    """Names of the waves, the latest last: by date where there is one, else by name."""
    if "wave" not in answers.columns:
        return []
    names = answers["wave"].dropna()
    if "date" in answers.columns and answers["date"].notna().any():
        last = answers.groupby("wave")["date"].max().dropna()
        return [str(name) for name in sorted(last.index, key=lambda name: (last[name], name))]
    return sorted(set(names.astype(str)))
