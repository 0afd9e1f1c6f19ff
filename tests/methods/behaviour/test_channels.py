import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import behaviour

AS_OF = "2025-06-30"


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount", "channel"])


def test_by_hand():
    result = behaviour.channels(
        lines(
            ("C1", "2023-07-01", 60.0, "distributor"), ("C2", "2024-01-01", 40.0, "e-com"),
            ("C1", "2024-09-01", 30.0, "distributor"), ("C2", "2025-01-01", 70.0, "e-com"),
            ("C2", "2025-02-01", -70.0, "distributor"),  # a return of an online order through the distributor
            ("C1", "2025-03-01", 5.0, None),
        ),
        as_of=AS_OF,
    )  # fmt: skip
    table = result.table.set_index("channel")
    assert table["share_before"].to_dict() == {"distributor": 0.6, "e-com": 0.4}
    assert table["share_after"].to_dict() == {"distributor": 0.3, "e-com": 0.7}
    assert table["value"].tolist() == pytest.approx([-0.3, 0.3])
    assert table["n"].tolist() == [1, 1]
    assert np.isnan(table["lo"]).all()
    assert result.notes[-1].values == {"n": 1, "of": 5}


def many(shift, n=150, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        for day, online in (("2024-01-15", 0.3), ("2025-01-15", 0.3 + shift)):
            rows.append(
                (f"C{i:03d}", day, float(rng.gamma(3, 100)), "e-com" if rng.random() < online else "distributor")
            )
    return lines(*rows, ("C000", "2023-07-01", 0.01, "distributor"))


def test_a_shift_is_found_and_noise_is_not():
    moved = behaviour.channels(many(0.3), as_of=AS_OF)
    assert moved.p_value < 1e-4
    assert moved.finding.code == "channels"
    row = moved.table.set_index("channel").loc["e-com"]
    assert row["lo"] < 0.3 < row["hi"]
    # with two channels the Wald test is the squared z of either shift
    assert moved.statistic == pytest.approx((row["value"] / ((row["hi"] - row["lo"]) / 3.92)) ** 2, rel=0.1)
    still = behaviour.channels(many(0.0, seed=3), as_of=AS_OF)
    assert still.p_value > 0.05
    assert still.finding.code == "channels_unclear"


def test_no_shift_is_rejected_about_as_often_as_it_should_be():
    rejected = sum(behaviour.channels(many(0.0, n=80, seed=s), as_of=AS_OF).p_value < 0.05 for s in range(60))
    # Bin(60, .05): P(more than 8) = .002
    assert rejected <= 8


def test_bad_input():
    one = behaviour.channels(
        lines(("C1", "2023-07-01", 60.0, "direct"), ("C1", "2025-01-01", 60.0, "direct")), as_of=AS_OF
    )
    assert one.finding.code == "channels_one"
    assert np.isnan(one.p_value)
    short = behaviour.channels(lines(("C1", "2025-01-01", 60.0, "direct")), as_of=AS_OF)
    assert (short.table["flag"].tolist(), short.finding.code) == (["missing_input"], "channels_unknown")
    later = behaviour.channels(
        lines(("C1", "2023-07-01", -60.0, "direct"), ("C1", "2025-01-01", 60.0, "direct")), as_of=AS_OF
    )
    assert later.finding.code == "channels_unknown"
    with pytest.raises(DataError, match="Order lines must name their channel; empty in all 2 rows"):
        behaviour.channels(lines(("C1", "2023-07-01", 60.0, None), ("C1", "2025-01-01", 60.0, None)), as_of=AS_OF)
    with pytest.raises(DataError, match="orders needs the columns channel"):
        behaviour.channels(many(0.1).drop(columns="channel"), as_of=AS_OF)
    with pytest.raises(DataError, match="got 0 rows"):
        behaviour.channels(many(0.1), as_of="2040-01-01")
