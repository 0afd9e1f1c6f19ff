import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError
from analysis.methods import growth
from analysis.stats import lmdi

AS_OF = "2025-06-30"
MANDATE = pd.DataFrame({"product_id": ["P2"], "date": [pd.Timestamp("2024-10-01")], "type": ["VBP_win"]})


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "product_id", "quantity", "amount"])


def hospitals():
    return lines(
        ("H1", "2023-07-01", "P1", 10.0, 100.0),
        ("H1", "2024-01-01", "P1", 10.0, 100.0),  # two orders of 10 at 10
        ("H1", "2024-09-01", "P1", 20.0, 220.0),  # one order of 20 at 11
        ("H1", "2024-01-05", "P2", 10.0, 265.0),
        ("H1", "2025-01-05", "P2", 30.0, 294.0),  # 26.5 -> 9.8 under the mandate
        ("H1", "2024-02-01", "P3", 1.0, 5.0),
        ("H1", "2025-02-01", "P4", 1.0, 8.0),  # one product dropped, one added
        ("H2", "2024-03-01", "P1", 4.0, 40.0),  # lost
        ("H3", "2025-03-01", "P1", 6.0, 66.0),  # new
        ("H4", "2025-03-01", "P1", -1.0, -9.0),  # a return alone
        ("H5", "2023-01-01", "P1", 9.0, 90.0),  # before both windows
    )


def test_decomposition_by_hand():
    result = growth.decompose(hospitals(), as_of=AS_OF, mandated=MANDATE)
    value = result.table.set_index("part")["value"]
    assert (value["before"], value["after"]) == (510.0, 579.0)
    assert value["lost_accounts"] == -40.0
    assert value["new_accounts"] == 66.0
    assert (value["products_dropped"], value["products_added"]) == (-5.0, 8.0)
    assert value["returns_only"] == -9.0
    # P1 of H1: 2 × 10 × 10 = 200 to 1 × 20 × 11 = 220; L = 20 / ln(1.1)
    first = 20 / np.log(220 / 200)
    # P2 of H1: 1 × 10 × 26.5 to 1 × 30 × 9.8; L = 29 / ln(294 / 265)
    second = 29 / np.log(294 / 265)
    assert value["order_frequency"] == pytest.approx(first * np.log(1 / 2))
    assert value["order_size"] == pytest.approx(first * np.log(2) + second * np.log(3))
    assert value["other_price"] == pytest.approx(first * np.log(1.1))
    assert value["vbp_price"] == pytest.approx(second * np.log(9.8 / 26.5))
    assert result.table["part"].tolist() == [
        "before",
        "lost_accounts",
        "products_dropped",
        "order_frequency",
        "order_size",
        "other_price",
        "vbp_price",
        "products_added",
        "new_accounts",
        "returns_only",
        "after",
    ]


def test_price_volume_mix_by_hand():
    result = growth.price_volume_mix(hospitals(), as_of=AS_OF, mandated=MANDATE)
    value = result.table.set_index("part")["value"]
    # kept: P1 20 at 10 -> 20 at 11, P2 10 at 26.5 -> 30 at 9.8; mean price before 465 / 30 = 15.5
    assert value["volume"] == pytest.approx((50 - 30) * 15.5)
    assert value["mix"] == pytest.approx(20 * 10 + 30 * 26.5 - 50 * 15.5)
    assert value["other_price"] == pytest.approx((11 - 10) * 20)
    assert value["vbp_price"] == pytest.approx((9.8 - 26.5) * 30)
    assert value["lost_accounts"] == -40.0


def test_sources_by_hand():
    result = growth.sources(hospitals(), as_of=AS_OF)
    # H1 470 -> 522
    assert result.accounts["source"].to_dict() == {
        "H1": "gaining_accounts",
        "H2": "lost_accounts",
        "H3": "new_accounts",
        "H4": "returns_only",
    }
    value = result.table.set_index("part")["value"]
    assert value.to_dict() == {
        "before": 510.0,
        "lost_accounts": -40.0,
        "gaining_accounts": 52.0,
        "new_accounts": 66.0,
        "returns_only": -9.0,
        "after": 579.0,
    }


def many(seed=0, n=300):
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        for _ in range(int(rng.poisson(5))):
            product, sign = f"P{rng.integers(1, 4)}", -1 if rng.random() < 0.05 else 1
            boxes = float(rng.integers(1, 30))
            day = pd.Timestamp(AS_OF) - pd.Timedelta(days=int(rng.integers(0, 800)))
            price = float(rng.lognormal(2, 0.8)) * (0.4 if product == "P2" and day >= MANDATE["date"][0] else 1)
            rows.append((f"H{i:03d}", day, product, sign * boxes, sign * boxes * price))
    return lines(*rows)


@pytest.mark.parametrize("method", [growth.decompose, growth.price_volume_mix, growth.sources])
@pytest.mark.parametrize("seed", range(4))
def test_parts_sum_to_the_change_exactly(method, seed):
    extra = {} if method is growth.sources else {"mandated": MANDATE}
    table = method(many(seed), as_of=AS_OF, **extra).table.set_index("part")
    parts = table["value"].drop(["before", "after"])
    change = table.loc["after", "value"] - table.loc["before", "value"]
    # 1e-9 of what is added up
    assert abs(parts.sum() - change) <= 1e-9 * max(1.0, table["value"].abs().max())
    inside = table.drop(["before", "after"]).dropna(subset=["lo"])
    assert ((inside["lo"] <= inside["value"]) & (inside["value"] <= inside["hi"])).all()


def test_decomposition_is_the_sum_of_lmdi_over_customers_and_products():
    data = many(7)
    table = growth.decompose(data, as_of=AS_OF).table.set_index("part")["value"]
    inside = data[data["date"] > pd.Timestamp("2023-06-30")]
    later = inside["date"] > pd.Timestamp("2024-06-30")
    keys = ["customer_id", "product_id"]
    sums = [inside[later == side].groupby(keys)[["quantity", "amount"]].sum() for side in (False, True)]
    days = [inside[(later == side) & (inside["amount"] > 0)].groupby(keys)["date"].nunique() for side in (False, True)]
    both = sums[0].merge(sums[1], left_index=True, right_index=True, suffixes=("0", "1"))
    both = both[(both > 0).all(axis=1)]
    factors = []
    for side in (0, 1):
        n = days[side].reindex(both.index).to_numpy(dtype=float)
        q, v = both[f"quantity{side}"].to_numpy(), both[f"amount{side}"].to_numpy()
        factors.append(np.column_stack([n, q / n, v / q]))
    split = lmdi.contributions(*factors).sum(axis=0)
    assert table[["order_frequency", "order_size", "price"]].tolist() == pytest.approx(split.tolist(), rel=1e-9)
    assert "vbp_price" not in table.index


def test_without_quantity_price_is_not_told_apart():
    result = growth.decompose(hospitals().drop(columns="quantity"), as_of=AS_OF)
    assert not {"price", "other_price", "vbp_price"} & set(result.table["part"])
    assert [note.code for note in result.notes] == ["no_quantity"]
    with pytest.raises(DataError, match="orders needs the columns quantity"):
        growth.price_volume_mix(hospitals().drop(columns="quantity"), as_of=AS_OF)


def test_a_hole_in_the_data_is_no_loss():
    ends = pd.date_range("2023-07-31", AS_OF, freq="ME")
    full = lines(*[(f"H{c:02d}", end, "P1", 1.0, 10.0) for end in ends for c in range(15)])
    holed = full[full["date"].dt.strftime("%Y-%m") != "2024-02"]
    table = growth.decompose(holed, as_of=AS_OF).table.set_index("part")["value"]
    assert table["after"] - table["before"] == 0.0


@pytest.mark.parametrize("method", [growth.decompose, growth.price_volume_mix, growth.sources])
def test_bad_input(method):
    short = method(hospitals().query("date > '2024-06-30'"), as_of=AS_OF)
    assert short.table["flag"].tolist() == ["missing_input", "missing_input"]
    assert short.finding.code == "growth_unknown"
    old = hospitals().assign(date="2019-01-01")
    with pytest.raises(DataError, match="orders in the 24 months up to 2025-06-30; got 0 rows"):
        method(old, as_of=AS_OF)
    one = method(hospitals().query("customer_id == 'H1'"), as_of=AS_OF)
    assert one.table["lo"].isna().all()
    assert set(one.table["flag"]) == {"low_n"}
    zero = method(hospitals().assign(amount=0.0), as_of=AS_OF)
    assert zero.table["value"].tolist() == [0.0, 0.0]
    assert zero.table["share"].isna().all()
    for language in ("zh", "en"):
        assert words.text(f"findings.{zero.finding.code}", language, **zero.finding.values)


def test_a_time_zone_changes_nothing():
    """An order just after midnight in Shanghai belongs to that day, not to the day before in London."""
    rows = [(f"H{i}", day, "A", 2.0, 20.0 + i) for i in range(6)
            for day in pd.date_range("2023-07-01 00:30", "2025-06-30", freq="17D")]  # fmt: skip
    plain = pd.DataFrame(rows, columns=["customer_id", "date", "product_id", "quantity", "amount"])
    there = plain.assign(date=plain["date"].dt.tz_localize("Asia/Shanghai"))
    one, other = (growth.decompose(table, as_of="2025-06-30").table for table in (plain, there))
    pd.testing.assert_frame_equal(one, other)
