import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.methods import tiers


def found(n=100):
    return tiers.abc(pd.Series(np.random.default_rng(0).lognormal(8, 1.2, n), [f"H{i:03d}" for i in range(n)]))


def test_key_important_and_ordinary_accounts():
    plain = found()
    named = tiers.relabel(plain, "key")
    assert type(named) is tiers.Tiers
    assert named.table["label"].tolist()[:3] == ["key_accounts", "important_accounts", "ordinary_accounts"]
    assert [words.term(code, "zh") for code in named.table["label"][:3]] == ["关键客户", "重要客户", "一般客户"]
    # what they are called changes no number and no rule
    assert named.table.drop(columns="label").equals(plain.table)
    assert named.customers.drop(columns="label").equals(plain.customers)
    assert (
        named.customers["label"]
        .map({v: k for k, v in tiers.LABELS["key"].items()})
        .equals(named.customers["tier"].rename("label"))
    )
    assert "label" not in plain.table


def test_the_finding_speaks_of_the_new_name():
    named = tiers.relabel(found(), "key")
    said = words.text(f"findings.{named.finding.code}", "zh", **named.finding.values)
    assert "关键客户" in said
    assert "价值" not in said
    few = tiers.relabel(found(12), "key")
    assert few.finding.code == "tiers_abc_named_low_n"
    assert tiers.relabel(found(), "abc").finding == found().finding


def test_words_of_ones_own_and_tiers_left_out():
    named = tiers.relabel(found(), {"A": "战略客户", "B": "核心客户"})
    assert named.table["label"].tolist() == ["战略客户", "核心客户", "C", "zero", "negative"]
    assert named.settings["labels"] == {"A": "战略客户", "B": "核心客户"}


def test_a_second_set_replaces_the_first():
    named = tiers.relabel(tiers.relabel(found(), {"A": "战略客户"}), "key")
    assert list(named.table.columns).count("label") == 1
    assert named.equals(tiers.relabel(found(), "key"))


def test_levels_and_combined_tiers_take_names_too():
    net = pd.Series(range(1, 41), [f"H{i:03d}" for i in range(40)], dtype=float)
    levels = tiers.relabel(tiers.levels(net, net, net, n_draws=10), {"value_high": "战略客户"})
    assert levels.customers.loc["H039", "label"] == "战略客户"
    combined = tiers.relabel(tiers.combine({"volume": tiers.abc(net), "profit": tiers.abc(net)}), "key")
    assert combined.customers.loc["H039", "label"] == "key_accounts"


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("gold", "labels"),
        ({"D": "其他"}, "labels may name only the tiers"),
        ({}, "labels may name only the tiers"),
        ({"A": "重点", "B": "重点"}, "a name of its own"),
        ({"A": " "}, "not empty"),
        ({"A": "A类"}, "bare letter"),
        ({"B": "a"}, "bare letter"),
    ],
)
def test_names_that_cannot_be_used(labels, message):
    with pytest.raises(SettingError, match=message):
        tiers.relabel(found(), labels)


def test_a_result_without_tiers_is_refused():
    net = pd.Series(range(1, 41), [f"H{i:03d}" for i in range(40)], dtype=float)
    with pytest.raises(DataError, match="Lorenz has none"):
        tiers.relabel(tiers.lorenz(net, n_boot=2), "key")


def test_importing_tiers_is_light():
    code = "import sys, analysis.methods.tiers; print([m for m in ('scipy.stats', 'statsmodels') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
