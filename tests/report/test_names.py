"""Who is named: organisations inside the house, pseudonyms outside, persons nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from analysis.core.result import Disclosure, Note, Result
from analysis.report import display, names, pseudonyms

from . import demo


@dataclass(frozen=True, eq=False, kw_only=True)
class Ranked(Result):
    items: tuple[Note, ...] = ()
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), customers=("customer_id",), row_level="customer")


@dataclass(frozen=True, eq=False, kw_only=True)
class NoIds(Result):
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), row_level="customer")


def ranked() -> Ranked:
    frame = pd.DataFrame({"customer_id": ["H002", "H001", "D117"], "city": "上海", "sales": [3.0, 2.0, 1.0]})
    return Ranked(table=frame, finding=Note("first", {"who": "H002", "n": 3}), items=(Note("of", {"all": ["H001"]}),))


def code(customer: str) -> str:
    return pseudonyms.pseudonym(customer, pseudonyms.key())


def test_internal_shows_organisations_by_name_and_physicians_by_role() -> None:
    out = names.replace_ids(ranked(), demo.a_page())
    assert list(out.result.table["customer_id"]) == ["杭州第一医院", "上海镕堃医院", "医生（不列姓名）"]
    assert out.result.finding is not None
    assert out.result.finding.values == {"who": "杭州第一医院", "n": 3}
    assert out.refused == 0


def test_internal_without_names_shows_the_companys_ids() -> None:
    out = names.replace_ids(ranked(), demo.a_page(names=None))
    assert list(out.result.table["customer_id"]) == ["H002", "H001", "D117"]


def test_shared_shows_pseudonyms_and_no_person() -> None:
    out = names.replace_ids(ranked(), demo.a_page(audience="shared"))
    assert list(out.result.table["customer_id"]) == [code("H002"), code("H001")]
    assert "city" not in out.result.table.columns
    assert out.refused == 1
    assert list(out.kept) == [True, True, False]
    assert out.result.finding is not None
    assert out.result.finding.values["who"] == code("H002")
    assert out.result.items[0].values == {"all": [code("H001")]}


def test_shared_leaves_out_rows_typed_as_physicians() -> None:
    result = ranked()
    typed = Ranked(table=result.table.assign(customer_type=["hospital", "hospital", "physician"]))
    assert names.replace_ids(typed, demo.a_page(audience="shared", names=None)).refused == 1


def test_shared_finds_names_outside_the_declared_columns() -> None:
    frame = pd.DataFrame({"customer_id": ["H001"], "partner": ["喆康诊所"]})
    out = names.replace_ids(Ranked(table=frame), demo.a_page(audience="shared"))
    assert list(out.result.table["partner"]) == [code("H003")]


def test_shared_leaves_a_name_that_many_bear() -> None:
    frame = pd.DataFrame({"customer_id": ["H001"], "partner": ["感染科"]})
    for bearers, shown in ((11, "感染科"), (10, None)):
        page = demo.a_page(
            audience="shared", names=pd.Series({f"K{i:02d}": "感染科" for i in range(bearers)} | demo.NAMES)
        )
        out = names.replace_ids(Ranked(table=frame), page)
        (got,) = out.result.table["partner"]
        assert got == shown if shown else got != "感染科"


def test_ids_in_the_index_are_replaced_too() -> None:
    frame = ranked().table.set_index("customer_id")
    out = names.replace_ids(Ranked(table=frame), demo.a_page(audience="shared"))
    assert list(out.result.table.index) == [code("H002"), code("H001")]
    assert out.result.table.index.name == "customer_id"


def test_rows_of_persons_are_refused_for_everyone() -> None:
    for audience in ("internal", "shared"):
        out = names.replace_ids(demo.persons(), demo.a_page(audience=audience))
        assert (len(out.result.table), out.refused) == (0, 2)


def test_shared_refuses_customers_that_cannot_be_pseudonymised() -> None:
    result = NoIds(table=pd.DataFrame({"name": ["上海镕堃医院"], "sales": [1.0]}))
    assert names.replace_ids(result, demo.a_page(audience="shared")).refused == 1
    assert names.replace_ids(result, demo.a_page()).refused == 0


@dataclass(frozen=True, eq=False, kw_only=True)
class Response(Result):
    items: pd.DataFrame


def test_a_frame_called_items_is_no_list_of_sentences() -> None:
    frame = pd.DataFrame({"item": ["q1"], "n": [3]})
    result = Response(table=pd.DataFrame({"group": ["all", "x"], "n": [50, 2]}), items=frame)
    assert names.sentences_of(result) == ()
    _, metadata = display.bundle(result, language="zh", audience="shared")
    assert metadata[display.MIME]["hidden"] == 1


def test_groups_are_left_alone() -> None:
    result = demo.tiers()
    out = names.replace_ids(result, demo.a_page())
    pd.testing.assert_frame_equal(out.result.table, result.table)
