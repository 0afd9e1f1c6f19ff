import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import segments

from .made import accounts


def corner(n=200):
    """Segment 1: large and rising; segment 2: large and not rising; segment 3: small."""
    rng = np.random.default_rng(0)
    value = np.where(np.arange(n) < n // 2, rng.uniform(60_000, 90_000, n), rng.uniform(1_000, 40_000, n))
    trend = rng.choice([-0.05, 0.05], n) * rng.uniform(0.5, 1.5, n)
    labels = np.where(value < 50_000, 3, np.where(trend > 0, 1, 2))
    return pd.DataFrame({"value_12m": value, "trend": trend}, accounts(n)), pd.Series(labels, accounts(n))


def said(found, segment):
    part = found.conditions[found.conditions["segment"] == segment]
    return {(row["feature"], row["side"]): row["threshold"] for row in part.to_dict("records")}


def test_the_rules_that_made_the_segments_are_found():
    features, labels = corner()
    found = segments.rules(labels, features)
    assert set(said(found, 1)) == {("value_12m", "at_least"), ("trend", "at_least")}
    assert set(said(found, 2)) == {("value_12m", "at_least"), ("trend", "below")}
    assert set(said(found, 3)) == {("value_12m", "below")}
    assert 40_000 < said(found, 3)["value_12m", "below"] < 60_000
    assert (found.table["value"] == 1).all()
    assert (found.table["precision"] == 1).all()
    assert found.fidelity == pytest.approx(1)
    assert found.finding.code == "rules_found"


def test_coverage_and_precision_are_those_of_the_rounded_sentence():
    features, labels = corner()
    features["value_12m"] += np.random.default_rng(5).normal(0, 15_000, len(features))
    found = segments.rules(labels, features, depth=2)
    for row in found.table.to_dict("records"):
        met = np.ones(len(features), dtype=bool)
        for (feature, side), at in said(found, row["segment"]).items():
            assert at == float(f"{at:.2g}")
            met &= (features[feature] >= at) if side == "at_least" else (features[feature] < at)
        inside = met & (labels == row["segment"])
        assert row["covered"] == inside.sum()
        assert row["value"] == pytest.approx(inside.sum() / (labels == row["segment"]).sum())
        assert row["precision"] == pytest.approx(inside.sum() / met.sum())


def test_fidelity_on_noise_is_that_of_guessing():
    rng = np.random.default_rng(0)
    features = pd.DataFrame(rng.normal(size=(400, 6)), accounts(400), [f"q{i}" for i in range(6)])
    found = segments.rules(pd.Series(rng.choice([1, 2, 3, 4], 400), accounts(400)), features)
    # four segments: 0.25, standard error of a balanced mean about 0.025
    assert found.fidelity == pytest.approx(0.25, abs=0.06)


def test_no_two_segments_have_the_same_rule():
    rng = np.random.default_rng(1)
    features = pd.DataFrame(rng.normal(size=(300, 2)), accounts(300), ["trend", "gap_cv"])
    labels = pd.Series(np.where(features["trend"] > 0, 1, rng.choice([2, 3, 4, 5, 6, 7, 8, 9, 10], 300)), accounts(300))
    found = segments.rules(labels, features, depth=1)
    rules = [frozenset(said(found, s).items()) for s in found.table["segment"] if said(found, s)]
    assert len(set(rules)) == len(rules)
    # two leaves cannot hold ten segments
    assert (found.table["flag"] == "not_identified").sum() >= 8
    assert found.finding.code == "rules_partly"


def test_amounts_and_shares_are_known_as_such():
    features, labels = corner()
    kinds = segments.rules(labels, features).conditions.groupby("feature")["kind"].first()
    assert kinds.to_dict() == {"trend": "number", "value_12m": "money"}
    renamed = features.rename(columns={"value_12m": "channel_direct"})
    kinds = segments.rules(labels, renamed).conditions.groupby("feature")["kind"].first()
    assert kinds["channel_direct"] == "percent"


def test_thresholds_of_whole_numbers_are_whole():
    features = pd.DataFrame({"n_products_12m": np.tile([1.0, 2.0, 3.0, 4.0], 30)}, accounts(120))
    labels = pd.Series(np.tile([1, 1, 2, 2], 30), features.index)
    found = segments.rules(labels, features)
    # the tree cuts at 2.5
    assert said(found, 1) == {("n_products_12m", "below"): 3.0}
    assert said(found, 2) == {("n_products_12m", "at_least"): 3.0}
    assert found.table["value"].tolist() == [1, 1]


def test_refusals():
    features, labels = corner()
    with pytest.raises(DataError, match="two segments"):
        segments.rules(labels * 0 + 1, features)
    with pytest.raises(DataError, match="100 of 200"):
        segments.rules(labels, features.iloc[:100])
