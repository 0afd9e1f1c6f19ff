import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError
from analysis.methods import profit
from analysis.methods.profit._costs import span

AS_OF = "2025-06-30"
PRODUCTS = pd.DataFrame({"product_id": ["P1", "P2"], "unit_cost": [4.0, 10.0]})


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "product_id", "quantity", "amount"])


def orders():
    return lines(
        ("H1", "2024-07-01", "P1", 10.0, 100.0),
        ("H1", "2024-08-01", "P1", -1.0, -10.0),
        ("H1", "2024-06-30", "P1", 9.0, 90.0),
        ("H2", "2025-06-30", "P2", 5.0, 60.0),
        ("H3", "2025-01-01", "P1", 2.0, 20.0),
        ("H3", "2025-01-01", "P9", 1.0, 30.0),
    )


def costs(*rows):
    return pd.DataFrame(rows, columns=["unit_id", "type", "amount", "period"])


def test_statement_by_hand():
    table = costs(
        ("H1", "logistics", 6.0, "2024H2"),
        ("H1", "rebate_legal_entity", 8.0, "2025H1"),
        ("H2", "credit", 4.0, "2024Q3"),
        ("H2", "credit", 100.0, "2023"),  # outside
        ("H1", "logistics", 365.0, "2024"),  # half of it, 184 of 366 days, lies in the window
        ("XS1", "meeting_total", 900.0, "2025H1"),
    )
    result = profit.statement(orders(), as_of=AS_OF, products=PRODUCTS, costs=table)
    h1, h2 = result.customers.loc["H1"], result.customers.loc["H2"]
    # H1: 100 − 10 net, 9 boxes at 4, the return's cost back; H2: 60, 5 boxes at 10
    assert (h1["net_sales"], h1["cost_of_goods"], h1["rebates"]) == (90.0, 36.0, 8.0)
    assert h1["logistics"] == pytest.approx(6.0 + 365 * 184 / 366)
    assert h1["contribution"] == pytest.approx(90 - 36 - 8 - 6 - 365 * 184 / 366)
    assert (h2["credit"], h2["contribution"]) == (4.0, 6.0)
    codes = {note.code: note.values for note in result.notes}
    assert codes["costs_not_placed"] == {"total": 900.0, "types": ["meeting_total"]}
    assert codes["costs_partial"]["type"] in ("credit", "rebate_legal_entity")


def test_an_unknown_cost_leaves_the_margin_unknown_and_never_zero():
    result = profit.statement(orders(), as_of=AS_OF, products=PRODUCTS)
    h3 = result.customers.loc["H3"]
    assert np.isnan(h3["cost_of_goods"])
    assert np.isnan(h3["contribution"])
    assert h3["flag"] == "missing_input"
    # sums are over the others: 90 + 60 net
    every = result.table.set_index("line")
    assert (every.loc["net_sales", "value"], every.loc["net_sales", "n"]) == (150.0, 2)
    # 90 − 36 + 60 − 50 = 64 of 150
    assert every.loc["contribution", "share"] == pytest.approx(64 / 150)
    note = result.notes[0]
    assert note.values == {"n": 1, "share": 50 / 200, "products": 1}


def test_without_unit_costs_everything_is_missing():
    for products in (None, PRODUCTS.drop(columns="unit_cost"), PRODUCTS.assign(unit_cost=np.nan)):
        result = profit.statement(orders(), as_of=AS_OF, products=products)
        assert set(result.table["flag"]) == {"missing_input"}
        assert result.table["value"].isna().all()
        assert result.finding.code == "profit_unknown"
        with pytest.raises(DataError, match="Some customers must have a known contribution; unknown for all 3"):
            profit.whale(result)
        with pytest.raises(DataError, match="unknown for all 3"):
            profit.abc(result)


def test_visits_known_in_total_are_shared_by_contacts():
    contacts = pd.DataFrame(
        {
            "customer_id": ["H1", "D1", "H2", "N1", "H1"],
            "date": ["2025-01-01", "2025-02-01", "2025-03-01", "2025-03-02", "2020-01-01"],
        }
    )
    result = profit.statement(
        orders(),
        as_of=AS_OF,
        products=PRODUCTS,
        costs=costs(("华东", "visit", 80.0, "2025H1")),
        contacts=contacts,
        parents=pd.Series({"D1": "K1", "K1": "H1"}),
    )
    # four contacts in the window: two of H1 (one through department and physician), one of H2, one of nobody who buys
    assert result.customers["visits"].tolist() == [40.0, 20.0, 0.0]
    codes = {note.code: note.values for note in result.notes}
    assert codes["visits_shared"] == {"total": 80.0, "n": 2, "share": 0.75}
    assert codes["costs_partial"] == {"type": "visit", "months": 6, "of": 12}


def test_groups_sum_to_all_and_intervals_hold_the_value():
    rng = np.random.default_rng(0)
    rows = [(f"C{i:03d}", "2025-01-01", "P1", float(q), 12.0 * q) for i, q in enumerate(rng.integers(1, 90, 120))]
    by = pd.Series({f"C{i:03d}": "hospital" if i < 50 else "pharmacy" for i in range(120)})
    table = profit.statement(lines(*rows), as_of=AS_OF, products=PRODUCTS, by=by).table
    wide = table.pivot(index="line", columns="group", values="value")
    assert (wide["hospital"] + wide["pharmacy"]).to_numpy() == pytest.approx(wide["all"].to_numpy())
    assert ((table["lo"] <= table["value"]) & (table["value"] <= table["hi"])).all()
    # every box earns 8 of 12
    margin = table[table["line"] == "contribution"]
    assert margin[["share", "share_lo", "share_hi"]].to_numpy() == pytest.approx(8 / 12)
    assert table["group"].unique().tolist() == ["all", "hospital", "pharmacy"]


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024H2", "2024-07-01", "2025-01-01"),
        ("2024q3", "2024-07-01", "2024-10-01"),
        ("2024-07", "2024-07-01", "2024-08-01"),
        ("202412", "2024-12-01", "2025-01-01"),
    ],
)
def test_periods_are_read(text, first, after):
    assert span(text) == (pd.Timestamp(first), pd.Timestamp(after))


def test_bad_input():
    assert span("去年") is None
    with pytest.raises(DataError, match="orders in the 12 months up to 2030-01-01; got 0 rows"):
        profit.statement(orders(), as_of="2030-01-01", products=PRODUCTS)
    with pytest.raises(DataError, match="Each product has one unit cost; repeated rows: 2"):
        profit.statement(orders(), as_of=AS_OF, products=pd.concat([PRODUCTS, PRODUCTS]))
    unread = profit.statement(orders(), as_of=AS_OF, products=PRODUCTS, costs=costs(("H1", "credit", 5.0, "去年")))
    assert unread.customers["credit"].tolist() == [0.0, 0.0, 0.0]
    assert "costs_period_unread" in [note.code for note in unread.notes]
    free = profit.statement(orders().assign(amount=0.0), as_of=AS_OF, products=PRODUCTS)
    assert free.finding.code == "profit_total"
    assert free.table["share"].isna().all()
    one = profit.statement(orders().query("customer_id == 'H1'"), as_of=AS_OF, products=PRODUCTS)
    assert one.table["lo"].isna().all()
    for result in (free, one, unread):
        for language in ("zh", "en"):
            assert words.text(f"findings.{result.finding.code}", language, **result.finding.values)
