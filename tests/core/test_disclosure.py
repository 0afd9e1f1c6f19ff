"""Small cells cannot be worked out from what stays on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.core import disclosure
from analysis.core.result import Disclosure, Note, Result

from ..report import demo


@dataclass(frozen=True, eq=False, kw_only=True)
class Total(Result):
    """Rows add up to a total that is printed elsewhere."""

    disclosure: ClassVar[Disclosure] = Disclosure(within=())


@dataclass(frozen=True, eq=False, kw_only=True)
class Loose(Result):
    """Rows add up to nothing."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Moves(Result):
    """From tier to tier; each row of the matrix adds up."""

    curve: pd.DataFrame
    disclosure: ClassVar[Disclosure] = Disclosure(within=("before",))


def table(counts: list[int], **columns: object) -> pd.DataFrame:
    n = np.array(counts)
    return pd.DataFrame({"tier": [f"t{i}" for i in range(len(n))], "value": n / 7.0, "n": n, **columns})


def hidden(result: disclosure.Controlled) -> list[bool]:
    return list(result.result.table["flag"] == "suppressed") if "flag" in result.result.table else []


def test_counts_of_one_to_four_are_hidden_and_zero_is_not() -> None:
    out = disclosure.control(Loose(table=table([0, 1, 4, 5, 40])), 5)
    assert hidden(out) == [False, True, True, False, False]
    assert out.result.table.loc[1, ["value", "n"]].isna().all()
    assert out.result.table.loc[0, "n"] == 0
    assert out.hidden == 2


def test_shared_hides_up_to_ten() -> None:
    assert hidden(disclosure.control(Loose(table=table([10, 11])), 11)) == [True, False]


def test_nothing_small_leaves_the_result_as_it_is() -> None:
    result = Total(table=table([5, 6, 700]))
    out = disclosure.control(result, 5)
    assert out.result is result
    assert out.hidden == 0
    assert not out.mask.to_numpy().any()


def test_the_input_is_not_changed() -> None:
    frame = table([1, 20, 30])
    before = frame.copy()
    disclosure.control(Total(table=frame), 5)
    pd.testing.assert_frame_equal(frame, before)


def test_a_second_row_is_hidden_where_rows_add_up() -> None:
    # 100 − 60 − 37 = 3 would give the hidden row back; the next smallest, 37, goes too
    out = disclosure.control(Total(table=table([60, 37, 3])), 5)
    assert hidden(out) == [False, True, True]


def test_hidden_rows_together_are_no_small_cell() -> None:
    # two hidden rows that add up to 1 + 2 = 3 < 5 are a small cell again: 30 goes too
    assert hidden(disclosure.control(Total(table=table([60, 30, 1, 2])), 5)) == [False, True, True, True]


def test_five_ones_are_not_left_alone() -> None:
    # five hidden rows adding up to 5 can only be five ones
    assert hidden(disclosure.control(Total(table=table([1, 1, 1, 1, 1, 90, 80])), 5)) == [True] * 5 + [False, True]


def test_a_zero_row_serves_when_nothing_else_is_left() -> None:
    assert sum(hidden(disclosure.control(Total(table=table([3, 0, 0])), 5))) == 2


def test_each_set_is_protected_on_its_own() -> None:
    frame = pd.DataFrame(
        {"before": ["A"] * 3 + ["B"] * 3, "after": list("ABC") * 2, "value": 0.3, "n": [30, 20, 2, 10, 20, 30]}
    )
    out = disclosure.control(Moves(table=frame, curve=frame.iloc[:0]), 5)
    assert hidden(out) == [False, True, True, False, False, False]


def test_both_edges_of_a_cross_table_are_protected() -> None:
    @dataclass(frozen=True, eq=False, kw_only=True)
    class Cross(Result):
        disclosure: ClassVar[Disclosure] = Disclosure(within=("tier",), margins=("type",))

    counts = {"active": [121, 119, 122], "dormant": [0, 4, 17], "lapsed": [9, 30, 40]}
    frame = pd.DataFrame(
        [(kind, tier, n / 100, n) for kind, row in counts.items() for tier, n in zip("ABC", row, strict=True)],
        columns=["type", "tier", "value", "n"],
    )
    shown = disclosure.control(Cross(table=frame), 5).result.table
    # the attack: dormant accounts are 21 in all (another table says so); 21 − 0 − 17 would be the hidden 4
    for edge in ("type", "tier"):
        for _, group in shown.groupby(edge):
            assert group["n"].isna().sum() != 1
    assert np.isnan(shown.loc[4, "n"])


def feasible(counts: list[int], shown: list[bool]) -> list[set[int]]:
    """What a reader can work out: hidden rows hold at least one, everything adds up to the known total."""
    rest = sum(counts) - sum(c for c, s in zip(counts, shown, strict=True) if s)
    m = sum(not s for s in shown)
    # with m hidden rows of at least 1 each, any of them runs from 1 to what the others leave over
    span = set(range(1, rest - (m - 1) + 1)) if m > 1 else {rest}
    return [{c} if s else span for c, s in zip(counts, shown, strict=True)]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=9), st.sampled_from([5, 11]))
def test_hidden_counts_cannot_be_recomputed_from_the_total(counts: list[int], minimum: int) -> None:
    out = disclosure.control(Total(table=table(counts)), minimum)
    flags = hidden(out) or [False] * len(counts)
    small = [i for i, c in enumerate(counts) if 0 < c < minimum]
    assert all(flags[i] for i in small)
    if not small or all(f for f, c in zip(flags, counts, strict=True) if c > 0):
        # nothing more can be hidden: not even the total is shown then
        return
    ranges = feasible(counts, [not f for f in flags])
    rest = sum(c for c, f in zip(counts, flags, strict=True) if f)
    for i in small:
        assert len(ranges[i]) > 1, "the count is known"
    assert rest >= minimum, "the hidden rows together are a small cell"


def test_shares_of_the_count_go_with_it() -> None:
    counts = [60, 37, 3]
    out = disclosure.control(Total(table=table(counts, share=[0.6, 0.37, 0.03], price=[9.0, 1.0, 7.0])), 5)
    shown = out.result.table
    # the attack: share of the hidden row times the total
    assert shown.loc[2, "share"] != shown.loc[2, "share"]
    assert list(shown["price"]) == [9.0, 1.0, 7.0]


def test_rounded_shares_go_too() -> None:
    out = disclosure.control(Loose(table=table([600, 371, 29, 3], share=[0.60, 0.37, 0.03, 0.003])), 5)
    assert np.isnan(out.result.table.loc[3, "share"])


def test_running_totals_go_with_the_whole_set() -> None:
    counts = [60, 3, 37, 30]
    for running in (np.cumsum(counts), np.cumsum(counts) / 130, np.cumsum(counts[::-1])[::-1]):
        out = disclosure.control(Total(table=table(counts, running=running)), 5)
        # the attack: the difference of two neighbours is the hidden count
        assert out.result.table["running"].isna().all()
        assert out.hidden == 2, "the shown rows are not counted as hidden"


def test_a_number_that_names_its_row_stays() -> None:
    @dataclass(frozen=True, eq=False, kw_only=True)
    class Deciles(Result):
        disclosure: ClassVar[Disclosure] = Disclosure(within=(), keys=("decile",))

    # ten equal groups: the decile's number is a running total of the counts divided by three
    frame = pd.DataFrame({"decile": range(1, 11), "value": 0.1, "n": 3})
    assert list(disclosure.control(Deciles(table=frame), 5).result.table["decile"]) == list(range(1, 11))
    loose = Total(table=frame)
    assert disclosure.control(loose, 5).result.table["decile"].isna().all()


def test_rows_that_the_method_suppressed_count_as_hidden() -> None:
    frame = table([60, 37, 50], flag=["ok", "ok", "suppressed"])
    frame.loc[2, "n"] = np.nan
    # one row is hidden already: the total would give it back, so 37 goes too
    assert hidden(disclosure.control(Total(table=frame), 5)) == [False, True, True]


def test_other_frames_of_a_result_are_controlled_but_customers_are_not() -> None:
    frame = pd.DataFrame({"before": ["A", "A"], "value": [0.5, 0.5], "n": [20, 20]})
    curve = pd.DataFrame({"month": [1, 2, 3], "value": [0.9, 0.5, 0.1], "n": [50, 9, 2]})
    out = disclosure.control(Moves(table=frame, curve=curve), 5)
    assert list(out.result.curve["n"].isna()) == [False, False, True]
    orders = curve.rename(columns={"month": "customer_id"})
    assert disclosure.control(Moves(table=frame, curve=orders), 5).result.curve is orders


def test_rows_of_customers_count_orders_not_customers() -> None:
    result = demo.accounts(demo.NAMES)
    assert disclosure.control(result, 5).result is result


def test_a_finding_does_not_repeat_a_hidden_number() -> None:
    result = Total(
        table=table([60, 37, 3]),
        finding=Note("tiers", {"top": 3, "share": 0.1}),
        notes=(Note("rows", {"count": 3}), Note("cells", {"n": 3}), Note("share", {"value": 37 / 7})),
    )
    out = disclosure.control(result, 5)
    assert out.result.finding is None
    # rows dropped, which happen to be 3, are no customers; the other two repeat hidden cells
    assert [note.code for note in out.result.notes] == ["rows"]
    assert disclosure.control(result, 3).result.finding is result.finding


@pytest.mark.parametrize("dtype", ["int64", "float64", "Int64"])
def test_counts_of_any_number_type(dtype: str) -> None:
    frame = table([60, 37, 3]).astype({"n": dtype})
    assert hidden(disclosure.control(Total(table=frame), 5)) == [False, True, True]


@dataclass(frozen=True, eq=False, kw_only=True)
class Named(Result):
    """Rows named by a number."""

    disclosure: ClassVar[Disclosure] = Disclosure(keys=("segment",), within=())


def test_the_number_that_names_a_row_is_no_hidden_count() -> None:
    frame = table([1, 40, 60], segment=[3, 1, 2])
    kept = disclosure.control(Named(table=frame, finding=Note("x", {"segment": 1, "n": 60})), 5)
    # segment 1 has 40 accounts; the one account is in segment 3
    assert 1.0 in kept.numbers
    assert kept.result.finding is not None
    told = disclosure.control(Named(table=frame, finding=Note("x", {"segment": 3, "n": 1})), 5)
    assert told.result.finding is None


def test_a_count_that_is_the_same_in_every_row_is_no_secret() -> None:
    # 87 answered in all, whichever theme is looked at; 3 named the last one
    frame = table([19, 12, 3]).rename(columns={"n": "mentions"}).assign(n=87, value=[0.22, 0.14, 0.03])

    @dataclass(frozen=True, eq=False, kw_only=True)
    class Themes(Result):
        disclosure: ClassVar[Disclosure] = Disclosure(counts=("n", "mentions"), hides=("value",))

    kept = Note("theme", {"value": 0.22, "n": 87})
    assert disclosure.control(Themes(table=frame, settings={}, finding=kept), 5).result.finding is kept
    told = Note("theme", {"value": 0.03, "n": 87})
    assert disclosure.control(Themes(table=frame, settings={}, finding=told), 5).result.finding is None


@dataclass(frozen=True, eq=False, kw_only=True)
class Reached(Result):
    """Respondents by grade, with hospitals beside them."""

    disclosure: ClassVar[Disclosure] = Disclosure(within=(), alone=(("hospitals", "coverage"),))


def test_a_small_count_of_something_else_goes_by_itself_and_takes_its_cover_along() -> None:
    beside = {"hospitals": [60, 3, 21, 36], "coverage": [0.5, 0.3, 0.7, 0.6]}
    out = disclosure.control(Reached(table=table([400, 100, 100, 200], **beside)), 5).result.table
    # 3 is small; 60 - 21 - 36 would give it back, so the next smallest goes along
    assert out["hospitals"].isna().tolist() == out["coverage"].isna().tolist() == [False, True, True, False]
    assert out["n"].tolist() == [400, 100, 100, 200]
    assert out["value"].notna().all()
