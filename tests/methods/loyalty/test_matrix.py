import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import loyalty

AS_OF = "2025-06-30"


def orders(**months):
    """Each customer orders 10 on the first of so many of the last months."""
    return pd.DataFrame(
        [
            (name, pd.Timestamp("2025-06-01") - pd.DateOffset(months=m), 10.0)
            for name, n in months.items()
            for m in range(n)
        ],
        columns=["customer_id", "date", "amount"],
    )


def test_matrix_by_hand():
    attitude = pd.Series({"H1": 0.8, "H2": 0.7, "H3": 0.3, "H4": 0.2, "H9": 0.5})
    result = loyalty.matrix(
        orders(H1=12, H2=2, H3=9, H4=1, H5=3), attitude, as_of=AS_OF, cuts={"attitude": 0.5, "repeat": 0.5}
    )
    table = result.table.set_index("loyalty")
    assert table["n"].tolist() == [1, 1, 1, 1]
    assert result.customers["loyalty"].to_dict() == {
        "H1": "true_loyalty",
        "H2": "latent_loyalty",
        "H3": "inertial_loyalty",
        "H4": "no_loyalty",
    }
    # 120, 20, 90 and 10 of 240
    assert table["share_value"].tolist() == pytest.approx([0.5, 20 / 240, 90 / 240, 10 / 240])
    assert result.customers.loc["H3", "repeat"] == 0.75
    # H5 has no attitude, H9 no orders
    assert [(note.code, note.values.get("n")) for note in result.notes] == [("matrix_without", 1)]


def test_cut_points_travel():
    attitude = pd.Series({"H1": 0.8, "H2": 0.7, "H3": 0.3})
    first = loyalty.matrix(orders(H1=12, H2=2, H3=9), attitude, as_of=AS_OF)
    assert first.cuts == {"attitude": 0.7, "repeat": 0.75}
    assert first.notes[-1].code == "matrix_medians"
    again = loyalty.matrix(orders(H1=12, H2=2, H3=9), attitude, as_of=AS_OF, cuts=first.cuts)
    pd.testing.assert_frame_equal(first.table, again.table)


def test_a_better_measure_of_repeat_may_be_given():
    attitude = pd.Series({"H1": 0.8, "H2": 0.7})
    result = loyalty.matrix(
        orders(H1=12, H2=12),
        attitude,
        as_of=AS_OF,
        repeat=pd.Series({"H1": 0.1, "H2": 0.6}),
        cuts={"attitude": 0.5, "repeat": 0.5},
    )
    assert result.customers["loyalty"].tolist() == ["latent_loyalty", "true_loyalty"]


def test_bad_input():
    with pytest.raises(DataError, match="attitude must lie between 0 and 1; 1 of 2 do not"):
        loyalty.matrix(orders(H1=1), pd.Series({"H1": 4.0, "H2": 0.5}), as_of=AS_OF)
    with pytest.raises(DataError, match="attitudes: 1, customers with orders: 1, both: 0"):
        loyalty.matrix(orders(H1=1), pd.Series({"H2": 0.5}), as_of=AS_OF)
    with pytest.raises(SettingError, match="cuts must give attitude and repeat"):
        loyalty.matrix(orders(H1=1), pd.Series({"H1": 0.5}), as_of=AS_OF, cuts={"attitude": 0.5})


def test_attitude_of_accounts_by_hand():
    items = pd.DataFrame(
        {
            "item_id": ["Q1", "Q2", "Q3"],
            "type": ["likert5", "likert5", "open"],
            "construct": ["attitude"] * 3,
            "reverse": [False, True, False],
        }
    )
    customers = pd.DataFrame(
        {
            "customer_id": ["H1", "K1", "D1", "D2", "D3"],
            "parent_id": [None, "H1", "K1", "H1", "H9"],
        }
    )
    responses = pd.DataFrame(
        [
            ("D1", "Q1", 5.0, "phone"),
            ("D1", "Q2", 2.0, "phone"),
            ("D2", "Q1", 3.0, "paper"),
            ("D2", "Q1", 1.0, "rep_administered"),
            ("D3", "Q1", 5.0, "phone"),
            ("D1", "Q3", np.nan, "phone"),
        ],
        columns=["customer_id", "item_id", "value", "mode"],
    )
    # D1: (5−1)/4 = 1 and 1 − (2−1)/4 = .75, mean .875, through the department; D2: .5; D3's hospital is not asked for
    found = loyalty.account_attitude(responses, items, customers, pd.Index(["H1"]), least=2)
    assert found.to_dict() == {"H1": (0.875 + 0.5) / 2}
    # fewer respondents than asked for: no answer may be traced to a person
    assert loyalty.account_attitude(responses, items, customers, pd.Index(["H1"]), least=3).empty
    with pytest.raises(SettingError, match="least must be 2 to inf; got 1"):
        loyalty.account_attitude(responses, items, customers, pd.Index(["H1"]), least=1)


def test_nothing_is_never_high():
    """Half of the customers bought nothing of late: the median is 0, and they are not often buying for it."""
    attitude = pd.Series({f"H{i}": 0.1 * (i + 1) for i in range(6)})
    lines = pd.concat([orders(H4=3, H5=12), orders(H0=1, H1=1, H2=1, H3=1).assign(date=pd.Timestamp("2023-01-10"))])
    result = loyalty.matrix(lines, attitude, as_of=AS_OF)
    assert result.cuts["repeat"] == 0.25
    assert result.customers["loyalty"].to_dict() == {
        "H0": "no_loyalty", "H1": "no_loyalty", "H2": "no_loyalty", "H3": "latent_loyalty", "H4": "true_loyalty",
        "H5": "true_loyalty",
    }  # fmt: skip
    # the cut points can be handed on
    assert loyalty.matrix(lines, attitude, as_of=AS_OF, cuts=result.cuts).table.equals(result.table)


def test_a_survey_that_does_not_ask_for_attitude_gives_nobody():
    items = pd.DataFrame({"item_id": ["Q1"], "type": ["nps"], "construct": ["nps"], "reverse": [False]})
    answers = pd.DataFrame({"response_id": ["r1"], "customer_id": ["D1"], "item_id": ["Q1"], "value": [9.0]})
    people = pd.DataFrame({"customer_id": ["D1"], "parent_id": ["H1"]})
    found = loyalty.account_attitude(answers, items, people, pd.Index(["H1"]))
    assert found.empty
    assert found.dtype == float
