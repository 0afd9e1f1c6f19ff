"""Omega, sampling adequacy, suspicious items; scales side by side; halo."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import survey
from analysis.stats import factors


def ratings(n: int = 120, k: int = 4, common: float = 0.6, seed: int = 0) -> pd.DataFrame:
    """Ratings that share one attitude."""
    rng = np.random.default_rng(seed)
    values = np.sqrt(common) * rng.normal(size=(n, 1)) + np.sqrt(1 - common) * rng.normal(size=(n, k))
    index = pd.Index([f"R{i:03d}" for i in range(n)], name="response_id")
    return pd.DataFrame(values, index=index, columns=[f"Q{i}" for i in range(1, k + 1)])


def codes(result: survey.Reliability | survey.Reliabilities | survey.Halo) -> dict[str, dict[str, object]]:
    return {note.code: dict(note.values) for note in result.notes}


def test_omega_and_adequacy_stand_beside_alpha() -> None:
    frame = ratings()
    result = survey.reliability(frame)
    omega = result.table.set_index("coefficient").loc["omega_total"]
    assert omega[["value", "lo", "hi"]].tolist() == pytest.approx(factors.omega_total(frame.to_numpy()))
    # equal loadings: omega is nearly alpha
    assert omega["value"] == pytest.approx(result.table["value"].iloc[0], abs=0.01)
    overall, each = factors.kmo(frame.corr().to_numpy())
    assert result.kmo == pytest.approx(overall) and result.items["kmo"].tolist() == pytest.approx(each)
    assert "omega_definition" in codes(result)


def test_an_item_worded_in_reverse_is_named() -> None:
    frame = ratings()
    frame["Q4"] = -frame["Q4"]
    result = survey.reliability(frame)
    named = [n.values for n in result.notes if n.code == "reverse_suspected"]
    assert [v["item"] for v in named] == ["Q4"]
    rest = frame["Q4"].corr(frame[["Q1", "Q2", "Q3"]].sum(axis=1))
    assert named[0]["r"] == pytest.approx(rest) and rest < -0.5
    assert "reverse_suspected" not in codes(survey.reliability(ratings()))


def test_two_items_against_each_other_are_both_named() -> None:
    frame = ratings(k=2, common=0.8).assign(Q2=lambda t: -t["Q2"])
    named = [n.values["item"] for n in survey.reliability(frame).notes if n.code == "reverse_suspected"]
    assert named == ["Q1", "Q2"]


def test_needs_that_compete_are_no_scale_of_reversed_items() -> None:
    rng = np.random.default_rng(2)
    wish = rng.normal(size=(150, 5))
    # importance of five needs, of which each respondent has a given sum: all correlate −1/4
    frame = pd.DataFrame(wish - wish.mean(axis=1, keepdims=True) + 0.3 * rng.normal(size=(150, 5))).add_prefix("need_")
    result = survey.reliability(frame)
    assert codes(result)["items_oppose"] == {"count": 5, "k": 5} and "reverse_suspected" not in codes(result)
    side = survey.reliabilities({"needs": frame})
    assert codes(side)["scale_items_oppose"] == {"scale": "needs", "count": 5, "k": 5}


def test_items_that_say_nothing_are_left_out_and_named() -> None:
    frame = ratings().assign(Q5=3.0, Q6=np.nan, Q7=pd.Series(dtype=object))
    result = survey.reliability(frame)
    assert codes(result)["items_constant"] == {"items": ["Q5"]}
    assert codes(result)["items_unanswered"] == {"items": ["Q6", "Q7"]}
    assert result.settings["items"] == 4
    pd.testing.assert_frame_equal(result.table, survey.reliability(ratings()).table)


def test_collinear_items_have_alpha_but_no_factor() -> None:
    frame = ratings(k=3).assign(Q4=lambda t: t["Q1"] + t["Q2"])
    result = survey.reliability(frame)
    assert np.isnan(result.kmo) and result.table.set_index("coefficient").loc["omega_total", "flag"] == "not_identified"
    assert "omega_not_fitted" in codes(result) and result.table["flag"].iloc[0] == "ok"


def test_scales_side_by_side() -> None:
    good = ratings()
    result = survey.reliabilities(
        {"satisfaction": good, "attitude": ratings(common=0.1, seed=3), "effort": good[["Q1"]], "needs": good.iloc[:1]}
    )
    table = result.table.set_index("scale")
    single = survey.reliability(good)
    assert table.loc["satisfaction", ["value", "lo", "hi"]].tolist() == pytest.approx(
        single.table.loc[0, ["value", "lo", "hi"]].tolist()
    )
    assert table.loc["satisfaction", "omega"] == pytest.approx(single.table["value"].iloc[2])
    assert table.loc["satisfaction", "kmo"] == pytest.approx(single.kmo)
    assert table["flag"].to_dict() == {
        "attitude": "ok", "effort": "missing_input", "needs": "missing_input", "satisfaction": "ok",
    }  # fmt: skip
    assert result.finding is not None and dict(result.finding.values) == {"count": 1, "of": 4, "limit": 0.7}
    unmeasured = [n.values for n in result.notes if n.code == "scale_unmeasured"]
    assert [(v["scale"], v["k"], v["n"]) for v in unmeasured] == [("effort", 1, 120), ("needs", 4, 1)]
    assert set(result.items["scale"]) == {"attitude", "satisfaction"}


def test_scale_messages() -> None:
    with pytest.raises(DataError, match="scales must have at least one row"):
        survey.reliabilities({})
    with pytest.raises(DataError, match="items must hold numbers only; text stands in Q1"):
        survey.reliabilities({"satisfaction": ratings().assign(Q1="满意")})
    none = survey.reliabilities({"effort": ratings()[["Q1"]]})
    assert none.finding is not None and none.finding.code == "scales_none"


# -- halo ----------------------------------------------------------------------


def test_one_impression_behind_all_ratings_shows() -> None:
    frame = ratings(300, k=8, common=0.5)
    frame.iloc[::9, 2] = np.nan
    result = survey.halo(frame, draws=60)
    first = result.table.iloc[0]
    # correlations .5: (1 + 7 * .5) / 8
    assert first["lo"] <= 0.5625 <= first["hi"] and first["value"] == pytest.approx(0.5625, abs=0.06)
    assert result.common == 1 and result.finding is not None and result.finding.code == "halo_common"
    assert codes(result)["halo_may_inflate"] == {"count": 1}


def test_independent_ratings_show_none() -> None:
    found = [survey.halo(ratings(150, k=6, common=0.0, seed=s), draws=40).finding for s in range(12)]
    assert [f.code for f in found if f is not None].count("halo_not_shown") >= 11


def test_halo_needs_three_items_that_vary() -> None:
    with pytest.raises(DataError, match="at least three rating items that vary; got 2"):
        survey.halo(ratings(k=2).assign(Q9=4.0))
    with pytest.raises(DataError, match="At least 3 complete rows are needed; got 2"):
        survey.halo(ratings().iloc[:2])
