"""Codes against people, people against each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import opentext


def frame(values: list[int], theme: str = "B15") -> pd.DataFrame:
    return pd.DataFrame({theme: values}, index=[f"R{i:03d}" for i in range(len(values))])


def test_by_hand() -> None:
    # hand 1 and machine 1: 40, hand only 10, machine only 20, neither 50 (n = 120)
    hand = [1] * 40 + [1] * 10 + [0] * 20 + [0] * 50
    machine = [1] * 40 + [0] * 10 + [1] * 20 + [-1] * 50
    row = opentext.agreement(frame(machine), frame(hand)).table.set_index("theme").loc["B15"]
    # agreed 90/120 = .75; chance (50*60 + 70*60)/120² = .5; kappa .5
    assert row["value"] == pytest.approx(0.5)
    assert row["precision"] == pytest.approx(40 / 60)
    assert row["recall"] == pytest.approx(40 / 50)
    assert row["f1"] == pytest.approx(80 / 110)
    # J = 40/70: Wilson .4549 to .6805, F1 = 2J/(1+J): .6253 to .8099
    assert row["f1_lo"] == pytest.approx(0.6253, abs=1e-3)
    assert row["f1_hi"] == pytest.approx(0.8099, abs=1e-3)
    assert row["flag"] == "ok"


def test_few_texts_are_flagged_and_said() -> None:
    result = opentext.agreement(frame([1, 0, 1, 0]), frame([1, 0, 0, 0]))
    assert set(result.table["flag"]) == {"low_n"}
    assert result.notes[0].code == "text_few_coded"
    assert result.finding is not None
    assert result.finding.code == "text_agreement_low_n"


def test_a_theme_nobody_used_has_no_kappa() -> None:
    table = opentext.agreement(frame([0] * 120), frame([0] * 120)).table
    assert set(table["flag"]) == {"not_identified"}


def test_full_agreement_still_has_a_lower_bound() -> None:
    top = opentext.agreement(frame([1] * 60 + [0] * 60), frame([1] * 60 + [0] * 60)).table.iloc[0]
    # none of 120 texts differ: up to 1 - .025^(1/120) = .0303 may; chance (60/120)² * 2 = .5: 1 - .0303/.5
    assert top["lo"] == pytest.approx(1 - (1 - 0.025 ** (1 / 120)) / 0.5)
    # J of 60 of 60: Wilson from 60/(60 + 3.8415) = .9398, F1 2J/(1+J)
    assert top["f1_lo"] == pytest.approx(2 * 0.9398 / 1.9398, abs=1e-4)


def test_texts_the_codebook_did_not_read_are_told() -> None:
    result = opentext.agreement(frame([1, 0] * 60).iloc[:110], frame([1, 0] * 60))
    assert result.notes[0].code == "text_not_compared"
    assert result.notes[0].values["n"] == 10


def test_hand_codes_keep_texts_without_a_theme() -> None:
    rows = pd.DataFrame({"response_id": [1, 1, 2, 3], "coder": "A", "theme": ["B01", "B15", None, "B15"]})
    out = opentext.hand_codes(rows)["A"]
    assert out.to_dict("list") == {"B01": [1, 0, 0], "B15": [1, 0, 1]}
    assert out.index.tolist() == ["1", "2", "3"]


def test_coders_find_the_planted_disagreement() -> None:
    rng = np.random.default_rng(2)
    first = rng.random(400) < 0.4
    second = np.where(rng.random(400) < 0.1, ~first, first)
    rows = [
        (f"R{i}", coder, "B15" if named else "")
        for coder, who in (("A", first), ("B", second))
        for i, named in enumerate(who)
    ]
    table = opentext.coders(pd.DataFrame(rows, columns=["response_id", "coder", "theme"])).table.set_index("theme")
    # ten in a hundred differ: agreement .9 of .4/.6 marginals: alpha near 1 - .1/(2*.42*.58) = .795
    assert table.loc["B15", "lo"] < 0.795 < table.loc["B15", "hi"]
    assert table.loc["B15", "agreed"] == pytest.approx(0.9, abs=0.03)


def test_errors() -> None:
    with pytest.raises(DataError) as error:
        opentext.agreement(frame([1]), frame([1], theme="B01"))
    assert error.value.code == "text_no_overlap"
    with pytest.raises(DataError) as error:
        opentext.coders(pd.DataFrame({"response_id": ["1"], "coder": ["A"], "theme": ["B01"]}))
    assert error.value.code == "text_one_coder"
    with pytest.raises(DataError) as error:
        opentext.hand_codes(pd.DataFrame({"response_id": ["1"]}))
    assert error.value.code == "missing_columns"
