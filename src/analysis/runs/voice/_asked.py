"""One survey as the notebook on the customers' voice works with it: sheets, people, weights, the wave before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ...core import words
from ...core.errors import DataError
from ...methods import segments, survey, tiers
from ..job import Job
from ._people import known_of, universe_of
from ._plan import hospital_of, needs
from ._sheets import Sheets, waves

__all__ = ["Asked", "ask"]

#: most groups by which answers are compared; more is a name, not a group
_MOST_GROUPS = 12


@dataclass(frozen=True, eq=False, kw_only=True)
class Asked(Sheets):
    """One wave of a survey in one region: the sheets, and what the region knows of those who filled them in."""

    job: Job

    @cached_property
    def hospital(self) -> pd.Series | None:
        """Hospital of each respondent: the cluster of every interval."""
        return hospital_of(self.wide.index, self.answers, self.customers)

    @cached_property
    def people(self) -> pd.DataFrame:
        """What is known of each respondent: title, specialty, official grade of the hospital; columns with a value."""
        known = known_of(self.customers, self.person, self.wide.index)
        return known.loc[:, known.notna().any()]

    @cached_property
    def groups(self) -> pd.DataFrame:
        """By what answers are compared: the people's columns, tier of the hospital, needs segment, own attributes."""
        out = self.people.copy()
        if self.hospital is not None and self.job.saved("customers_tiers"):
            tier = self.job.load(tiers.Tiers, "customers_tiers").customers["tier"]
            out["tier"] = self.hospital.map(tier)
            segments_of = self._account_segment()
            if segments_of is not None:
                out["account_segment"] = self.hospital.map(segments_of)
        segment = self._segment()
        if segment is not None:
            out["segment"] = segment.reindex(out.index)
        first = self._rows().drop_duplicates("response_id").set_index("response_id").reindex(out.index)
        for name in [c for c in first.columns if c.startswith("x_")]:
            out[name.removeprefix("x_")] = _worded(first[name], name.removeprefix("x_"))
        levels = out.nunique()
        return out.loc[:, (levels > 1) & (levels <= _MOST_GROUPS)]

    @cached_property
    def universe(self) -> pd.DataFrame | None:
        """Those who might have been asked, from `universe_of`."""
        return universe_of(self.customers, self.person)

    @property
    def invited(self) -> int | None:
        """How many were asked in the latest wave, where the dataset file says so."""
        stated = self.job.meta["tables"]["survey_responses"].get("invited")
        if isinstance(stated, dict):
            return int(stated[self.job.region]) if self.job.region in stated else None
        only = self.job.region is None or len(self.job.meta["regions"]) == 1
        return int(stated) if stated is not None and only else None

    @cached_property
    def customers(self) -> pd.DataFrame | None:
        """Table ``customers`` of the region, or None."""
        return self.job.table("customers") if self.job.has("customers") else None

    @cached_property
    def region_of(self) -> pd.Series | None:
        """Region of each respondent, where the customers' table tells more than one; else None."""
        if self.customers is None or self.person is None or "region" not in self.customers.columns:
            return None
        place = self.person.map(self.customers.set_index("customer_id")["region"]).dropna()
        return place if place.nunique() > 1 else None

    @property
    def margins(self) -> list[str]:
        """What is known of respondents and of the universe alike, the official grade first."""
        if self.universe is None:
            return []
        known = [name for name in ("hospital_level", "title") if name in self.people.columns]
        return [name for name in known if self.universe.get(name, pd.Series(dtype="str")).nunique() > 1]

    @property
    def controls(self) -> pd.DataFrame | None:
        """What barriers are held apart from: official grade and title."""
        known = [name for name in ("hospital_level", "title") if name in self.people.columns]
        return self.people[known] if known else None

    @property
    def likes(self) -> pd.DataFrame | None:
        """Official grade of each hospital: with whom its value is compared."""
        people = self.customers
        if people is None or "hospital_level" not in people.columns:
            return None
        return people.set_index("customer_id")[["hospital_level"]]

    def group(self, name: str) -> pd.Series | None:
        """One way of grouping the respondents, or None."""
        return self.groups[name].dropna() if name in self.groups.columns else None

    @cached_property
    def represented(self) -> survey.Represented | None:
        """Weights that bring the respondents near the universe; None where it is not known or they cannot be had."""
        if self.universe is None or not self.margins:
            return None
        try:
            return survey.represent(self.people, self.universe, margins=self.margins, weights=self.base)
        except DataError:
            # weights that came with the survey and cannot be used: each analysis that takes them says so
            return None

    @property
    def weights(self) -> pd.Series | None:
        """Survey weights: those above, else those that came with the survey."""
        return self.base if self.represented is None else self.represented.weights

    @property
    def who(self) -> dict[str, pd.Series | None]:
        """Weights and hospitals, as every method takes them."""
        return {"weights": self.weights, "cluster": self.hospital}

    @property
    def raked(self) -> dict[str, Any]:
        """As `who`, with what weighting settled: intervals of methods that take it are then no wider than need be."""
        margins = None if self.represented is None else self.represented.calibration
        return {**self.who, "margins": margins}

    @property
    def both(self) -> dict[str, pd.Series]:
        """Person, weight and hospital over this wave and the one before, for what compares the two."""
        then = self.before
        if then is None:
            return {}
        pairs = {
            "person": (then.person, self.person), "weights": _weights_of(then, self),
            "cluster": (then.hospital, self.hospital),
        }  # fmt: skip
        return {name: pd.concat(list(two)) for name, two in pairs.items() if two[0] is not None and two[1] is not None}

    @property
    def apart(self) -> dict[str, pd.Series | None]:
        """As `both`, with the weights of the two waves apart."""
        then = self.before
        told: dict[str, pd.Series | None] = {k: v for k, v in self.both.items() if k != "weights"}
        return told if then is None else told | {"weights_before": then.weights, "weights_after": self.weights}

    @property
    def spoken(self) -> str:
        """Language in which open answers are read: that of the data set."""
        return str(self.job.meta["language"])

    @property
    def dates(self) -> pd.Series | None:
        """Day of each open answer."""
        found = self._first("date")
        return None if found is None or self.comments is None else found.reindex(self.comments.index.unique())

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

    def _account_segment(self) -> pd.Series | None:
        """Segment of each account by the model of the reference pass, by name or number; None without one."""
        if not self.job.saved_reference("segments_model"):
            return None
        model = self.job.reference(segments.Segments, "segments_model")
        language, names = self.job.language, self.job.segment_names
        found: pd.Series = model.customers["segment"]
        numbered = {n: words.text("figures.segments_deviation_number", language, segment=n) for n in found.unique()}
        return found.map({n: names.get(int(n), called) for n, called in numbered.items()})

    def _segment(self) -> pd.Series | None:
        """Needs segment of each respondent by the model of the reference pass, called by what it asks for most."""
        if not self.job.saved_reference("needs_model"):
            return None
        wanted = needs(self.answers, self.items)
        if wanted.empty:
            return None
        model = self.job.reference(segments.Segments, "needs_model")
        number = segments.assign(model, wanted)
        return number.map(_called(model, self.job.language))


def _worded(values: pd.Series, name: str) -> pd.Series:
    """An attribute of the sheets; bare numbers are told with its name, since "1" alone says nothing."""
    known = values.dropna().astype("str")
    if known.empty or not known.str.fullmatch(r"\d+(\.0)?").all():
        return values
    return (name + " " + known.str.removesuffix(".0")).reindex(values.index)


def _weights_of(then: Asked, now: Asked) -> tuple[pd.Series | None, pd.Series | None]:
    """Weights of two waves; where one of them has none, its answers count alike."""
    if then.weights is None and now.weights is None:
        return None, None
    alike = [pd.Series(1.0, index=wave.wide.index) for wave in (then, now)]
    return alike[0] if then.weights is None else then.weights, alike[1] if now.weights is None else now.weights


def _called(model: segments.Segments, language: str) -> dict[int, str]:
    """Each segment by the need that stands out most from all segments together."""
    answers = segments.answer_profile(model).table
    most = (answers["mean"] - answers["mean_all"]).groupby(answers["segment"]).idxmax()
    picked = answers.loc[most]
    return {
        int(number): words.text("figures.segments_name_numbered", language, name=str(item), segment=int(number))
        for number, item in zip(picked["segment"], picked["item"], strict=True)
    }


def ask(job: Job) -> Asked:
    """The latest wave of the job's survey."""
    answers, items = job.survey()
    return Asked(job=job, answers=answers, items=items, wave=survey.latest_wave(answers))
