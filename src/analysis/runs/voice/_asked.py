"""One survey as the notebook on the customers' voice works with it: answers, people, groups, the wave before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ...core.errors import DataError
from ...methods import segments, survey, tiers
from ..job import Job
from ._plan import Voice, called, hospital_of, needs, plan

__all__ = ["Asked", "ask", "waves"]

#: most groups by which answers are compared; more is a name, not a group
_MOST_GROUPS = 12
#: a specialty belongs to the surveyed population from this share of the respondents on
_LEAST_SHARE = 0.02


@dataclass(frozen=True, eq=False, kw_only=True)
class Asked:
    """One wave of a survey in one region.

    Attributes
    ----------
    job : Job
    answers, items : DataFrame
        Tables ``survey_responses`` and ``survey_items``, all waves.
    wave : str or None
        The wave that is read; None where the survey names none.
    """

    job: Job
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
    def hospital(self) -> pd.Series | None:
        """Hospital of each respondent: the cluster of every interval."""
        return hospital_of(self.wide.index, self.answers, self._customers)

    @cached_property
    def base(self) -> pd.Series | None:
        """Weights that came with the survey."""
        given = self._first("weight")
        return None if given is None else given.astype("float64")

    @cached_property
    def people(self) -> pd.DataFrame:
        """What is known of each respondent: title, specialty, official grade of the hospital; columns with a value."""
        known = self._people(self.wide.index, self.person)
        return known.loc[:, known.notna().any()]

    @cached_property
    def groups(self) -> pd.DataFrame:
        """By what answers are compared: the people's columns, tier of the hospital, needs segment, own attributes."""
        out = self.people.copy()
        if self.hospital is not None and self.job.saved("customers_tiers"):
            tier = self.job.load(tiers.Tiers, "customers_tiers").customers["tier"]
            out["tier"] = self.hospital.map(tier)
        segment = self._segment()
        if segment is not None:
            out["segment"] = segment.reindex(out.index)
        first = self._rows().drop_duplicates("response_id").set_index("response_id").reindex(out.index)
        for name in [c for c in first.columns if c.startswith("x_")]:
            out[name.removeprefix("x_")] = first[name]
        levels = out.nunique()
        return out.loc[:, (levels > 1) & (levels <= _MOST_GROUPS)]

    @cached_property
    def universe(self) -> pd.DataFrame | None:
        """Those who might have been asked: physicians of the specialties that answered; None where nobody knows them.

        Returns
        -------
        DataFrame or None
            Index customer_id; the columns of `people` and hospital.
        """
        people = self._customers
        if people is None or self.person is None or "customer_type" not in people.columns:
            return None
        asked = people[people["customer_id"].isin(self.person) & (people["customer_type"] == "physician")]
        if len(asked) < 0.5 * self.person.notna().sum() or asked.empty:
            return None
        out = people[people["customer_type"] == "physician"]
        if "specialty" in out.columns:
            share = asked["specialty"].value_counts(normalize=True)
            out = out[out["specialty"].isin(share.index[share >= _LEAST_SHARE])]
        ids = pd.Series(out["customer_id"].to_numpy(), index=out["customer_id"])
        known = self._people(ids.index, ids)
        parent = people.set_index("customer_id")["parent_id"] if "parent_id" in people.columns else None
        if parent is not None:
            home = ids.map(parent)
            known["hospital"] = home.map(parent).fillna(home)
        return known

    @cached_property
    def before(self) -> Asked | None:
        """The wave before this one, or None."""
        order = waves(self.answers)
        if self.wave not in order or order.index(self.wave) == 0:
            return None
        then = Asked(job=self.job, answers=self.answers, items=self.items, wave=order[order.index(self.wave) - 1])
        try:
            then.wide  # noqa: B018 - a wave written down by representatives alone is not compared
        except DataError:
            return None
        return then

    def of(self, construct: str, kind: str | None = None) -> pd.DataFrame | None:
        """Answers to the items of a construct, called by what they ask about; None where nobody answered any."""
        book = self._book
        wanted = book["construct"] == construct if "construct" in book.columns else pd.Series(False, index=book.index)
        wanted &= book["type"] == kind if kind else True
        names = [name for name in book.index[wanted] if name in self.wide.columns]
        frame = self.wide[names].dropna(how="all")
        return called(frame, book) if len(frame) and names else None

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
        names = [i for i in book.index[book["construct"] == "touchpoint"] if i in self.wide.columns]
        stage = book["x_stage"].reindex(names)
        return {str(c): str(s) for c, s in zip(found.columns, stage, strict=True) if pd.notna(s)}

    @cached_property
    def _book(self) -> pd.DataFrame:
        items = self.items
        if "wave" in items.columns and self.wave is not None:
            own = items[items["wave"].isna() | (items["wave"] == self.wave)]
            items = own if len(own) else items
        return items.drop_duplicates("item_id").set_index("item_id")

    @cached_property
    def _customers(self) -> pd.DataFrame | None:
        return self.job.table("customers") if self.job.has("customers") else None

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

    def _people(self, index: pd.Index, person: pd.Series | None) -> pd.DataFrame:
        people = self._customers
        if people is None or person is None:
            return pd.DataFrame(index=index)
        by_id = people.set_index("customer_id")
        out = pd.DataFrame(index=index)
        for name in ("title", "specialty"):
            if name in by_id.columns:
                out[name] = person.map(by_id[name])
        if {"parent_id", "hospital_level"} <= set(by_id.columns):
            home = person.map(by_id["parent_id"])
            home = home.map(by_id["parent_id"]).fillna(home)
            out["hospital_level"] = home.map(by_id["hospital_level"])
        return out

    def _segment(self) -> pd.Series | None:
        """Needs segment of each respondent by the model of the reference pass, named; None without one."""
        if not self.job.saved_reference("needs_model"):
            return None
        wanted = needs(self.answers, self.items)
        if wanted.empty:
            return None
        model = self.job.reference(segments.Segments, "needs_model")
        return segments.assign(model, wanted)


def waves(answers: pd.DataFrame) -> list[str]:
    """Names of the waves, the latest last: by date where there is one, else by name."""
    if "wave" not in answers.columns:
        return []
    names = answers["wave"].dropna()
    if "date" in answers.columns and answers["date"].notna().any():
        last = answers.groupby("wave")["date"].max().dropna()
        return [str(name) for name in sorted(last.index, key=lambda name: (last[name], name))]
    return sorted(set(names.astype(str)))


def ask(job: Job) -> Asked:
    """The latest wave of the job's survey."""
    answers, items = job.survey()
    return Asked(job=job, answers=answers, items=items, wave=survey.latest_wave(answers))
