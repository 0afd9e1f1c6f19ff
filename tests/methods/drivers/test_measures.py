"""Measures of importance side by side."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import SettingError
from analysis.methods import drivers


def with_correlations(matrix: list[list[float]], n: int = 60) -> tuple[pd.DataFrame, pd.Series]:
    """Rows whose sample correlations are exactly those told; the last column is the outcome."""
    raw = np.random.default_rng(0).normal(size=(n, len(matrix)))
    white = np.linalg.qr(raw - raw.mean(axis=0))[0]
    data = white @ np.linalg.cholesky(np.array(matrix)).T
    names = ["supply", "evidence", "service", "price", "visits"][: len(matrix) - 1]
    return pd.DataFrame(data[:, :-1], columns=names), pd.Series(data[:, -1])


IOPSYCH = [
    [1.0, 0.2, 0.3, 0.4, -0.4],
    [0.2, 1.0, 0.5, 0.1, 0.1],
    [0.3, 0.5, 1.0, 0.2, -0.3],
    [0.4, 0.1, 0.2, 1.0, 0.4],
    [-0.4, 0.1, -0.3, 0.4, 1.0],
]


def test_relative_weights_are_those_of_iopsych_0_90_1() -> None:
    """Example of ``relWt`` in the manual of the R package iopsych 0.90.1, which follows Johnson (2000)."""
    table = drivers.measures(*with_correlations(IOPSYCH)).table.set_index("driver")
    cited = {"supply": 0.24066119, "evidence": 0.05492664, "service": 0.12143476, "price": 0.28158189}
    assert table.loc[list(cited), "johnson"].to_numpy() == pytest.approx(list(cited.values()), abs=5e-9)


def test_orthogonal_drivers_have_their_squared_correlation_in_every_measure() -> None:
    X, y = with_correlations([[1, 0, 0, 0.6], [0, 1, 0, -0.3], [0, 0, 1, 0.1], [0.6, -0.3, 0.1, 1]])
    table = drivers.measures(X, y).table.set_index("driver")
    for name in ("lmg", "johnson", "first_in", "last_in"):
        assert table[name].to_numpy() == pytest.approx([0.36, 0.09, 0.01], abs=1e-12)
    assert table["coefficient"].to_numpy() == pytest.approx([0.6, -0.3, 0.1], abs=1e-12)
    assert table["semipartial"].to_numpy() == pytest.approx([0.6, -0.3, 0.1], abs=1e-12)
    assert table["sign"].tolist() == [1, -1, 1]


def test_two_drivers_by_hand() -> None:
    # r12 = .5, r1y = .6, r2y = .3: β1 = (.6 − .15)/.75 = .6, β2 = (.3 − .3)/.75 = 0, R² = .36
    X, y = with_correlations([[1, 0.5, 0.6], [0.5, 1, 0.3], [0.6, 0.3, 1]])
    table = drivers.measures(X, y).table.set_index("driver")
    assert table["coefficient"].to_numpy() == pytest.approx([0.6, 0], abs=1e-12)
    # alone .36 and .09; added last .36 − .09 = .27 and 0; LMG the means .315 and .045; Johnson equals LMG at p = 2
    assert table["first_in"].to_numpy() == pytest.approx([0.36, 0.09])
    assert table["last_in"].to_numpy() == pytest.approx([0.27, 0], abs=1e-12)
    assert table["lmg"].to_numpy() == pytest.approx([0.315, 0.045])
    assert table["johnson"].to_numpy() == pytest.approx([0.315, 0.045])
    # variance inflation 1 ÷ (1 − .25)
    assert table["vif"].to_numpy() == pytest.approx([4 / 3, 4 / 3])


def test_a_suppressor_is_told() -> None:
    # r1y = .6, r2y = .1, r12 = .5: β2 = (.1 − .3)/.75 < 0 although the correlation is above 0
    result = drivers.measures(*with_correlations([[1, 0.5, 0.6], [0.5, 1, 0.1], [0.6, 0.1, 1]]))
    table = result.table.set_index("driver")
    assert table["sign_conflict"].to_dict() == {"supply": False, "evidence": True}
    assert [n.values["drivers"] for n in result.notes if n.code == "drivers_sign_conflict"] == [["evidence"]]


def explained(matrix: np.ndarray, columns: tuple[int, ...]) -> float:
    inner = matrix[np.ix_(columns, columns)]
    return float(matrix[-1, list(columns)] @ np.linalg.solve(inner, matrix[list(columns), -1])) if columns else 0.0


def test_dominance_is_as_defined_by_azen_and_budescu() -> None:
    """Every pair over every subset of the others, by the definitions of their 2003 paper."""
    matrix = np.array(IOPSYCH)
    result = drivers.measures(*with_correlations(IOPSYCH))
    names = ["supply", "evidence", "service", "price"]
    for i, j in itertools.permutations(range(4), 2):
        others = [k for k in range(4) if k not in (i, j)]
        subsets = [s for r in range(3) for s in itertools.combinations(others, r)]
        complete = all(explained(matrix, (*s, i)) >= explained(matrix, (*s, j)) for s in subsets)
        gain = {}
        for k in (i, j):
            rest = [c for c in range(4) if c != k]
            gain[k] = [
                np.mean([explained(matrix, (*s, k)) - explained(matrix, s) for s in itertools.combinations(rest, r)])
                for r in range(4)
            ]
        level = (
            3 if complete else 2 if np.all(np.array(gain[i]) >= gain[j]) else int(np.mean(gain[i]) > np.mean(gain[j]))
        )
        assert result.dominance.loc[names[i], names[j]] == level
        assert result.conditional.loc[names[i]].to_numpy() == pytest.approx(gain[i], abs=1e-12)
    lmg = result.table.set_index("driver")["lmg"]
    assert result.conditional.mean(axis=1)[lmg.index].to_numpy() == pytest.approx(lmg.to_numpy(), abs=1e-12)


def test_what_is_always_in_is_taken_out_first() -> None:
    X, y = with_correlations(IOPSYCH)
    result = drivers.measures(X, y, always=["price"], groups={"quality": ["evidence", "service"]})
    alone = drivers.measures(X[["price"]], y).r_squared
    table = result.table.set_index("driver")
    assert table["lmg"].sum() == pytest.approx(result.r_squared - alone)
    assert table["johnson"].sum() == pytest.approx(result.r_squared - alone)
    assert np.isnan(table.loc["quality", "coefficient"]) and table.loc["quality", "sign"] == 0


def test_equal_columns_share_and_have_no_finite_inflation() -> None:
    X, y = with_correlations(IOPSYCH)
    table = drivers.measures(X.assign(again=X["supply"]), y).table.set_index("driver")
    assert table.loc["again", "johnson"] == pytest.approx(table.loc["supply", "johnson"])
    assert table["johnson"].sum() == pytest.approx(drivers.measures(X, y).r_squared)
    assert np.isinf(table.loc[["again", "supply"], "vif"]).all()
    assert table.loc["price", "vif"] == pytest.approx(drivers.measures(X, y).table.set_index("driver")["vif"]["price"])


def test_too_many_for_pairs() -> None:
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 19)))
    with pytest.raises(SettingError, match="19 drivers are too many: measures compare every pair"):
        drivers.measures(wide, wide[0] + wide[1])
