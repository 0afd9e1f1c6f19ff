"""What a questionnaire holds: which of its items feed which analysis."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...methods import ladder, survey

__all__ = ["Voice", "called", "hospital_of", "needs", "plan", "respondents"]

#: fewest answers on which drivers are looked for
_LEAST = 50
#: the scale of a net promoter score, and that of an item which declares none
_NPS, _FIVE = (0, 10), (1, 5)
_SCALES = {"nps": _NPS, "likert7": (1, 7)}
#: constructs that are no driver: barriers have a ranking of their own
_APART = ("barrier",)


@dataclass(frozen=True, eq=False, kw_only=True)
class Voice:
    """The questions of a survey by their use; None or empty where the survey does not ask.

    Attributes
    ----------
    stages : Series or None
        Ladder step of each respondent.
    mentions : DataFrame or None
        Respondent x barrier code.
    outcome : Series or None
        What barriers are held against: the ladder step, else the mean of the declared outcome items.
    X, y : DataFrame, Series or None
        Questions that may drive the overall satisfaction, else the declared outcome.
    rated : DataFrame or None
        ``X`` where all of it was asked on one scale, so that means of it can be compared.
    nps : Series or None
        Recommendation asked from 0 to 10.
    recommended : Series or None
        Recommendation asked on another scale, which is ``recommended_scale``.
    satisfaction : DataFrame or None
        Satisfaction by attribute, all on the scale that most attributes were asked on.
    scale, wanted_scale : int
        Highest answer on satisfaction by attribute, and on what was expected of the same attributes.
    """

    stages: pd.Series | None = None
    mentions: pd.DataFrame | None = None
    outcome: pd.Series | None = None
    X: pd.DataFrame | None = None
    y: pd.Series | None = None
    rated: pd.DataFrame | None = None
    nps: pd.Series | None = None
    recommended: pd.Series | None = None
    recommended_scale: tuple[int, int] = (0, 10)
    satisfaction: pd.DataFrame | None = None
    scale: int = 5
    wanted_scale: int = 5


def needs(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Answers on how important things are to the respondent, one column per item; no column where none was asked.

    Answers collected by a representative are left out: they lean towards what pleases the one who asks.

    Parameters
    ----------
    answers, items : DataFrame
        Tables ``survey_responses`` and ``survey_items``.
    """
    if answers.empty or "construct" not in items.columns:
        return pd.DataFrame()
    book = items.drop_duplicates("item_id").set_index("item_id")
    asked = book[book["construct"] == "needs"]
    if "mode" in answers.columns:
        answers = answers[answers["mode"] != "rep_administered"]
    if answers.empty or asked.empty:
        return pd.DataFrame()
    wide = survey.wide(answers, items)
    found = wide[[item for item in asked.index if item in wide.columns]].dropna(how="all")
    # all alike says nothing of needs
    found = found[found.nunique(axis=1) > 1]
    # what is asked about stands behind the colon of a question that all items share
    said = asked["text"].str.split(r"[：:]", regex=True).str[-1].str.strip()
    unique = said.notna().all() and said.is_unique
    return found.rename(columns=said.to_dict()) if unique else found


def respondents(answers: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Title, specialty and hospital level of each respondent, as far as the customer table knows them.

    Parameters
    ----------
    answers, customers : DataFrame
        Tables ``survey_responses`` and ``customers``.

    Returns
    -------
    DataFrame
        Index response_id; columns without any value are left out.
    """
    who = answers.drop_duplicates("response_id").set_index("response_id")
    people = customers.set_index("customer_id")
    known = [name for name in ("title", "specialty", "region") if name in people.columns]
    if "customer_id" not in who.columns or not known:
        return pd.DataFrame(index=who.index)
    out = people[known].reindex(who["customer_id"]).set_index(who.index)
    return out.loc[:, out.nunique() > 1]


def plan(wide: pd.DataFrame, items: pd.DataFrame) -> Voice:
    """Sort the items of a survey by construct, type and declared outcome.

    Parameters
    ----------
    wide : DataFrame
        From `survey.wide`.
    items : DataFrame
        Table ``survey_items``.
    """
    book = items[items["item_id"].isin(wide.columns)].drop_duplicates("item_id").set_index("item_id")
    construct = book.get("construct", pd.Series(index=book.index, dtype="str"))
    stages = ladder.stages(wide, items) if (construct == "ladder").any() else None
    declared = list(book.index[_flag(book, "x_outcome")])
    # a mean of answers back on the answers' own scale: an ordered outcome of few steps
    mean = wide[declared].mean(axis=1).round() if declared else None
    attributes, scale = _alike(book, list(book.index[construct == "satisfaction"]))
    X, y = _drivers(wide, items, construct, attributes, declared)
    scales = {item: _scale(book, item) for item in book.index[book["type"] == "nps"]}
    scores = [item for item, asked in scales.items() if asked == _NPS]
    others = [item for item, asked in scales.items() if asked != _NPS]
    coded = book.get("barrier_code", pd.Series(index=book.index, dtype="str")).notna().any()
    return Voice(
        stages=stages,
        mentions=survey.barrier_matrix(wide, items) if coded else None,
        outcome=stages if stages is not None else mean,
        X=X,
        y=y,
        rated=X if attributes or _one_scale(book) else None,
        nps=wide[scores[0]] if scores else None,
        recommended=wide[others[0]] if others and not scores else None,
        recommended_scale=scales[others[0]] if others else _NPS,
        satisfaction=called(wide[attributes], book) if attributes else None,
        scale=scale,
        wanted_scale=_wanted_scale(book, attributes, scale),
    )


def _scale(book: pd.DataFrame, item: str) -> tuple[int, int]:
    """Lowest and highest answer: as declared, else by the item's type, else five points."""
    declared = [book.loc[item, name] if name in book.columns else None for name in ("x_low", "x_high")]
    if pd.isna(declared).any():
        return _SCALES.get(str(book.loc[item, "type"]), _FIVE)
    return int(str(declared[0]).removesuffix(".0")), int(str(declared[1]).removesuffix(".0"))


def _one_scale(book: pd.DataFrame) -> bool:
    """Whether all closed items that may be drivers were asked on one scale."""
    asked = book[~book["type"].isin(["open", "multi", "barrier", "maxdiff"]) & ~_flag(book, "x_outcome")]
    rated = set(asked["type"]) <= {"likert5", "likert7", "numeric"}
    return rated and len({_scale(book, item) for item in asked.index}) == 1


def _alike(book: pd.DataFrame, attributes: list[str]) -> tuple[list[str], int]:
    """Attributes asked on the scale that most of them share, and its highest answer; scales begin at 1."""
    highest = {item: high for item, (low, high) in ((item, _scale(book, item)) for item in attributes) if low == 1}
    if not highest:
        return [], _FIVE[1]
    found = list(highest.values())
    most = max(sorted(set(found)), key=found.count)
    return [item for item, high in highest.items() if high == most], most


def _wanted_scale(book: pd.DataFrame, attributes: list[str], scale: int) -> int:
    """Highest answer on what was expected of the attributes; that of the attributes where nothing was."""
    if "x_need" not in book.columns:
        return scale
    asked = [_scale(book, item)[1] for item in book.loc[attributes, "x_need"].dropna() if item in book.index]
    return max(asked, default=scale)


def _drivers(
    wide: pd.DataFrame, items: pd.DataFrame, construct: pd.Series, attributes: list[str], declared: list[str]
) -> tuple[pd.DataFrame | None, pd.Series | None]:
    book = items.drop_duplicates("item_id").set_index("item_id")
    overall = list(construct.index[construct == "overall_satisfaction"])
    if overall and attributes:
        X, y = called(wide[attributes], book), wide[overall[0]]
    elif declared:
        apart = {*construct[declared].dropna(), *_APART}
        scores = survey.constructs(wide, items)
        X, y = scores[[c for c in scores.columns if c not in apart]], wide[declared].mean(axis=1)
        # a construct of one item is called as the item is
        label = book.get("x_label", pd.Series(index=book.index, dtype="str")).reindex(construct.index)
        alone = construct[construct.isin(X.columns) & ~construct.duplicated(keep=False) & label.notna()]
        X = X.rename(columns=dict(zip(alone.astype("str"), label.reindex(alone.index).astype("str"), strict=True)))
    else:
        return None, None
    # sheets with a gap go along: the method leaves them out and says how many
    whole = X.notna().all(axis=1) & y.notna()
    return (X, y) if whole.sum() >= _LEAST and X.shape[1] > 1 else (None, None)


def called(frame: pd.DataFrame, book: pd.DataFrame) -> pd.DataFrame:
    """Columns called by the item's label, else by the last part of its wording."""
    label = book.get("x_label", pd.Series(index=book.index, dtype="str")).reindex(frame.columns)
    wording = book["text"].reindex(frame.columns).str.split("：").str[-1]
    names = label.fillna(wording).fillna(pd.Series(frame.columns, index=frame.columns))
    return frame.set_axis(names.tolist(), axis=1) if names.is_unique else frame


def _flag(book: pd.DataFrame, name: str) -> pd.Series:
    if name not in book.columns:
        return pd.Series(False, index=book.index)
    return book[name].astype("str").str.lower().isin(["true", "1"])


def hospital_of(respondents: pd.Index, answers: pd.DataFrame, customers: pd.DataFrame | None) -> pd.Series | None:
    """Hospital of each respondent, or None where the survey does not say.

    Parameters
    ----------
    respondents : Index of response_id
    answers : DataFrame
        Table ``survey_responses``.
    customers : DataFrame or None
        Table ``customers`` if there is one; a physician's ``parent_id`` is the department or hospital.
    """
    if customers is None or "customer_id" not in answers.columns or "parent_id" not in customers.columns:
        return None
    person = answers.drop_duplicates("response_id").set_index("response_id")["customer_id"].reindex(respondents)
    parent = customers.set_index("customer_id")["parent_id"]
    home = person.map(parent)
    # a department belongs to a hospital: one step further up
    above = home.map(parent)
    home = above.fillna(home)
    # a respondent of unknown home is a cluster of its own
    return home.fillna(person).fillna(pd.Series(respondents, index=respondents)) if home.notna().any() else None
