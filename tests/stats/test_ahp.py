import numpy as np
import pytest

from analysis.core.errors import SettingError
from analysis.stats import ahp

#: Saaty (1990), How to make a decision: the analytic hierarchy process, European Journal of Operational Research
#: 48, 9-26, buying a house: size, transportation, neighbourhood, age, yard, facilities, condition, financing
HOUSE = np.array([
    [1, 5, 3, 7, 6, 6, 1 / 3, 1 / 4], [1 / 5, 1, 1 / 3, 5, 3, 3, 1 / 5, 1 / 7], [1 / 3, 3, 1, 6, 3, 4, 6, 1 / 5],
    [1 / 7, 1 / 5, 1 / 6, 1, 1 / 3, 1 / 4, 1 / 7, 1 / 8], [1 / 6, 1 / 3, 1 / 3, 3, 1, 1 / 2, 1 / 5, 1 / 6],
    [1 / 6, 1 / 3, 1 / 4, 4, 2, 1, 1 / 5, 1 / 6], [3, 5, 1 / 6, 7, 5, 5, 1, 1 / 2], [4, 7, 5, 8, 6, 6, 2, 1],
])  # fmt: skip
HOUSE_NAMES = ["size", "transport", "neighbourhood", "age", "yard", "facilities", "condition", "financing"]

#: Saaty (2008), Decision making with the analytic hierarchy process, International Journal of Services Sciences
#: 1, 83-98, drinks in the United States: coffee, wine, tea, beer, soda, milk, water
DRINKS = np.array([
    [1, 9, 5, 2, 1, 1, 1 / 2], [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9], [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3], [1, 9, 4, 2, 1, 2, 1 / 2], [1, 9, 3, 1, 1 / 2, 1, 1 / 3], [2, 9, 9, 3, 2, 3, 1],
])  # fmt: skip


def test_weights_of_comparisons_that_agree_perfectly():
    # true weights 4/7, 2/7, 1/7: every comparison is their ratio, so the eigenvector is these and lambda is 3
    found = ahp.weights([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    np.testing.assert_allclose(found.weights, [4 / 7, 2 / 7, 1 / 7], rtol=1e-12)
    assert found.largest == pytest.approx(3, abs=1e-12)
    assert found.ratio == pytest.approx(0, abs=1e-12)


def test_three_by_three_by_hand():
    # a12 = 2, a23 = 2, a13 = 8 (4 would agree). In a reciprocal 3x3 matrix the eigenvector is the geometric mean
    # of the rows: (16, 1, 1/16)^(1/3), and lambda = 1 + t + 1/t with t = (a13 / (a12 a23))^(1/3) = 2^(1/3)
    found = ahp.weights([[1, 2, 8], [1 / 2, 1, 2], [1 / 8, 1 / 2, 1]])
    rows = np.array([16, 1, 1 / 16]) ** (1 / 3)
    np.testing.assert_allclose(found.weights, rows / rows.sum(), rtol=1e-12)
    t = 2 ** (1 / 3)
    assert found.largest == pytest.approx(1 + t + 1 / t, rel=1e-12)
    # (3.05362 - 3) / 2 = 0.02681; / 0.58 = 0.04623
    assert found.index == pytest.approx(0.026811, abs=1e-6)
    assert found.ratio == pytest.approx(0.046225, abs=1e-6)


def test_drinks_of_saaty_2008():
    found = ahp.weights(DRINKS)
    assert found.weights.round(3).tolist() == [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert round(found.ratio, 3) == 0.022


def test_house_of_saaty_1990_is_refused_and_names_its_worst_pair():
    # published: lambda 9.669, consistency ratio .169
    with pytest.raises(SettingError, match=r"0\.17.*neighbourhood against condition is given as 6") as refused:
        ahp.weights(HOUSE, names=HOUSE_NAMES)
    assert refused.value.code == "ahp_inconsistent"
    assert round(refused.value.values["ratio"], 3) == 0.169
    # published weights .188 and .167
    assert refused.value.values["fits"] == pytest.approx(0.188 / 0.167, abs=0.01)
    assert "一致性比率" in refused.value.text("zh")


def test_two_things_always_agree():
    found = ahp.weights([[1, 3], [1 / 3, 1]])
    assert found.weights.tolist() == pytest.approx([0.75, 0.25])
    assert found.ratio == 0


def test_order_of_things_does_not_matter():
    mixed = [3, 0, 6, 2, 5, 1, 4]
    again = ahp.weights(DRINKS[np.ix_(mixed, mixed)]).weights
    np.testing.assert_allclose(again, ahp.weights(DRINKS).weights[mixed], rtol=1e-9)


@pytest.mark.parametrize(
    ("matrix", "code", "told"),
    [
        ([[1, 2, 3], [1 / 2, 1, 2]], "ahp_shape", "2×3"),
        ([[1]], "ahp_shape", "1×1"),
        (np.ones((10, 10)), "ahp_shape", "10×10"),
        ([[1, 0], [1, 1]], "ahp_positive", "1 against 2 is 0"),
        ([[1, -2], [-0.5, 1]], "ahp_positive", "−2.00"),
        ([[1, np.nan], [1, 1]], "ahp_positive", "1 against 2"),
        ([[1, 3, 1], [1 / 2, 1, 1], [1, 1, 1]], "ahp_reciprocal", "1 against 2 is 3.00, the other way 0.500"),
        ([[2, 1], [1, 1]], "ahp_reciprocal", "1 against 1"),
    ],
)
def test_what_is_no_comparison_is_refused(matrix, code, told):
    with pytest.raises(SettingError) as refused:
        ahp.weights(matrix)
    assert refused.value.code == code
    assert told in str(refused.value)
