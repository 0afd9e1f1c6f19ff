import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import cooperation
from analysis.methods.cooperation import Scheme, _points, _sensitivity

from .made import NAMES, accounts, even_yardsticks, ids, uniform

TWO = {"hospital": {"behaviour": ("a",), "needs": ("b",)}}


def moved(values, scheme=None):
    return cooperation.sensitivity(
        values, accounts=accounts(len(values)), normalisers=even_yardsticks(list(values.columns)), scheme=scheme
    )


def test_a_change_of_weight_by_hand():
    # behaviour and needs half each (raw values, all inside the limits): 0.35, 0.36, 0.55, 0.56, 0.75, 0.74; two at
    # each level: level 3 the first two, level 1 the last two. Behaviour + 10 points: weights 0.6 and 0.4
    a, b = [0.30, 0.10, 0.50, 0.80, 0.90, 0.50], [0.40, 0.62, 0.60, 0.32, 0.60, 0.98]
    values = pd.DataFrame({"a": a, "b": b}, ids(6))
    # 0.6 a + 0.4 b: 0.34, 0.308, 0.54, 0.608, 0.78, 0.692: same levels
    # 0.4 a + 0.6 b: 0.36, 0.412, 0.56, 0.512, 0.72, 0.788: same levels
    table = moved(values, Scheme(sets=TWO)).table.set_index("alternative")
    assert table.loc[["try_behaviour_up", "try_behaviour_down"], "value"].tolist() == [0, 0]
    # ranks 1 2 3 4 6 5 against 2 1 3 4 6 5: 1 - 6 x 2 / (6 x 35)
    assert table.loc["try_behaviour_up", "spearman"] == pytest.approx(1 - 12 / 210)
    values = pd.DataFrame({"a": [0.5, 0.1, 0.9], "b": [0.5, 0.88, 0.2]}, ids(3))
    # half each 0.5, 0.49, 0.55: levels 2, 3, 1. 0.4 a + 0.6 b: 0.5, 0.568, 0.48: levels 2, 1, 3
    table = moved(values, Scheme(sets=TWO)).table.set_index("alternative")
    assert table.loc["try_behaviour_down", "value"] == pytest.approx(2 / 3)
    # ranks 2, 3, 1 against 2, 1, 3
    assert table.loc["try_behaviour_down", "spearman"] == pytest.approx(-1)
    # 0.6 a + 0.4 b: 0.5, 0.412, 0.62: as before
    assert table.loc["try_behaviour_up", "value"] == 0


def test_entropy_weights_by_hand():
    # shares of a: all 1/4, entropy ln 4 / ln 4 = 1: weight 0. b: 1/2, 1/2, 0, 0: entropy ln 2 / ln 4 = 1/2
    # c: 1, 0, 0, 0: entropy 0. So the weights are 0, 0.5 and 1 out of 1.5
    values = pd.DataFrame({"a": [0.5] * 4, "b": [0.98, 0.98, 0, 0], "c": [0.98, 0, 0, 0]}, ids(4))
    sets = {"hospital": {"behaviour": ("a", "b", "c")}}
    found = _points.base(values, accounts(4), even_yardsticks(["a", "b", "c"]), Scheme(sets=sets))
    table = _sensitivity.entropy_weights(found, "minmax").set_index("component")["weight"]
    assert table.to_dict() == pytest.approx({"a": 0, "b": 1 / 3, "c": 2 / 3})


def test_entropy_rewards_a_cubed_component():
    """About half of the weight goes to one cubed component among five uniform ones, as in simulations of the method."""
    five = ["a", "b", "c", "d", "e"]
    values = uniform(3000, five).assign(a=lambda f: f["a"] ** 3)
    sets = {"hospital": {"behaviour": five}}
    found = _points.base(values, accounts(3000), even_yardsticks(five), Scheme(sets=sets))
    table = _sensitivity.entropy_weights(found, "minmax").set_index("component")["weight"]
    # entropy loss of x^3 on (0, 1): ln(1/4) ... : E[4 x^3 ln(4 x^3)] = ln 4 - 3/4 = 0.636; of x: ln 2 - 1/2 = 0.193
    assert table["a"] == pytest.approx(0.636 / (0.636 + 4 * 0.193), abs=0.03)


def test_each_choice_is_a_row_and_levels_keep_their_size():
    found = moved(uniform(200, NAMES))
    names = [f"try_{p}_{d}" for p in ("behaviour", "needs", "feedback") for d in ("up", "down")]
    assert found.table["alternative"].tolist() == [
        *names, "try_environment_up", "try_entropy_weights", "try_by_rank", "try_geometric"
    ]  # fmt: skip
    # even components: ranks are the values
    row = found.table.set_index("alternative").loc["try_by_rank"]
    assert row["value"] < 0.05
    assert row["spearman"] > 0.995


def test_equal_weights_are_tried_where_others_were_set():
    names = moved(uniform(60, NAMES), Scheme(weights={"behaviour": 2, "needs": 1, "feedback": 1})).table["alternative"]
    assert "try_equal_weights" in set(names)


def test_relevelling_keeps_sizes_and_gives_ties_the_higher_level():
    level = np.array([1, 1, 2, 2, 3, 3])
    assert _sensitivity._relevelled(np.array([1.0, 2, 3, 4, 5, 6]), level).tolist() == [3, 3, 2, 2, 1, 1]
    assert _sensitivity._relevelled(np.array([6.0, 5, 5, 2, 1, 0]), level).tolist() == [1, 1, 1, 2, 3, 3]


def test_nobody_assessed_is_refused():
    with pytest.raises(DataError, match="to be assessed"):
        moved(pd.DataFrame(np.nan, ids(3), NAMES))
