"""Small results of the trade and the words they need, for tests of the report floor."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from analysis import report
from analysis.core.result import Disclosure, Note, Result
from analysis.figures import style
from analysis.report import display, page

WORDS = {
    language: {
        f"{section}.{name}": text
        for section, pairs in tomllib.loads(
            (Path(__file__).parent / f"demo.{language}.toml").read_text(encoding="utf-8")
        ).items()
        for name, text in pairs.items()
    }
    for language in ("zh", "en")
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Tiers(Result):
    formats: ClassVar[dict[str, str]] = {"value": "percent", "sales": "money", "n": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(within=(), hides=("value", "lo", "hi", "sales"))


@dataclass(frozen=True, eq=False, kw_only=True)
class Curve(Result):
    formats: ClassVar[dict[str, str]] = {"value": "percent1"}


@dataclass(frozen=True, eq=False, kw_only=True)
class Accounts(Result):
    layout: ClassVar[str] = "table"
    formats: ClassVar[dict[str, str]] = {"sales": "money"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), customers=("customer_id",), row_level="customer")


@dataclass(frozen=True, eq=False, kw_only=True)
class Persons(Result):
    layout: ClassVar[str] = "table"
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), row_level="person")


@dataclass(frozen=True, eq=False, kw_only=True)
class Answers(Result):
    items: tuple[Note, ...] = ()
    layout: ClassVar[str] = "answers"


@dataclass(frozen=True, eq=False, kw_only=True)
class Cards(Result):
    layout: ClassVar[str] = "cards"


@dataclass(frozen=True, eq=False, kw_only=True)
class Decisions(Result):
    items: tuple[Note, ...] = ()
    layout: ClassVar[str] = "decisions"


@dataclass(frozen=True, eq=False, kw_only=True)
class Warnings(Result):
    items: tuple[Note, ...] = ()
    layout: ClassVar[str] = "warnings"


def tiers(n: tuple[int, ...] = (46, 120, 346, 21)) -> Tiers:
    table = pd.DataFrame(
        {
            "tier": ["tier_A", "tier_B", "tier_C", "tier_zero"],
            "value": [0.70, 0.20, 0.10, 0.0],
            "lo": [0.66, 0.17, 0.08, 0.0],
            "hi": [0.74, 0.23, 0.12, 0.0],
            "sales": [86_800_000.0, 24_800_000.0, 12_400_000.0, 0.0],
            "n": list(n),
            "method": "bootstrap",
            "flag": "ok",
        }
    )
    return Tiers(
        table=table,
        settings={"level": 0.95, "tables": ["transactions"]},
        notes=(Note("zero_left_out", {"n": 21}),),
        finding=Note("tiers", {"top": n[0], "share": n[0] / sum(n), "value": 0.7}),
    )


def curve(rows: int = 36) -> Curve:
    month = np.arange(rows)
    value = 0.35 + 0.65 * np.exp(-month / 9)
    frame = pd.DataFrame(
        {"month": month, "value": value, "lo": value - 0.03, "hi": value + 0.03, "n": 600 - 9 * month, "flag": "ok"}
    )
    return Curve(table=frame, settings={"level": 0.95}, finding=Note("growth", {"d": 0.062, "lo": 0.031, "hi": 0.094}))


def wide() -> Curve:
    """More columns than a sheet of paper is wide, and words beside them."""
    numbers = {f"measure_of_something_{k}": np.linspace(0.5, 12_345.5, 12) for k in range(12)}
    frame = pd.DataFrame({"tier": ["tier_A", "tier_B", "tier_C"] * 4, "verdict": "没有比无结构的数据更清楚", **numbers})
    return Curve(table=frame.assign(n=range(3, 15)))


def accounts(names: dict[str, str]) -> Accounts:
    ids = list(names)
    return Accounts(
        table=pd.DataFrame(
            {
                "customer_id": ids,
                "name": [names[i] for i in ids],
                "city": "上海",
                "tier": ["tier_A", "tier_B"] * (len(ids) // 2) + ["tier_C"] * (len(ids) % 2),
                "sales": [1_234_567.0 / (k + 1) for k in range(len(ids))],
            }
        )
    )


def persons() -> Persons:
    return Persons(table=pd.DataFrame({"name": ["张镕", "李堃"], "specialty": ["呼吸科", "感染科"]}))


def answers() -> Answers:
    rows = [
        ("state", "described", 512, {"n": 512, "share": 0.78}),
        ("value", "described", 512, {"top": 46, "value": 0.7, "lo": 0.66, "hi": 0.74}),
        ("barrier", "associated", 167, {"share": 0.46, "lo": 0.38, "hi": 0.53}),
        ("effect", "grade_d", 74, {"d": 0.09, "lo": 0.04, "hi": 0.14}),
        ("mismatch", "described", 489, {"n": 22, "a": 0.11, "b": 0.05}),
    ]
    table = pd.DataFrame([row[:3] for row in rows], columns=["sentence", "kind", "n"]).assign(flag="ok")
    return Answers(table=table, items=tuple(Note(row[0], row[3]) for row in rows))


def cards() -> Cards:
    rows = [
        ("card_growth", 0.062, 0.031, 0.094, 512, "+percent1", 0.0, "ok"),
        ("card_share", 0.184, 0.171, 0.197, 512, "percent1", 0.19, "ok"),
        ("card_retention", 0.72, 0.68, 0.76, 489, "percent", 0.75, "ok"),
        ("card_nps", np.nan, -0.20, 0.38, 21, "number2", 0.05, "low_n"),
    ]
    names = ["card", "value", "lo", "hi", "n", "unit", "reference", "flag"]
    return Cards(table=pd.DataFrame(rows, columns=names))


def decisions() -> Decisions:
    rows = [
        ("visit_high", "sales_manager", "2025-07-31", 22, {"n": 22, "a": 0.11, "b": 0.05}),
        ("supply", "supply_chain", "2025-08-15", 167, {"share": 0.46}),
        ("stop_effect", "marketing", None, 74, {}),
    ]
    table = pd.DataFrame([row[:4] for row in rows], columns=["decision", "owner", "due", "n"])
    return Decisions(table=table, items=tuple(Note(row[0], row[4]) for row in rows))


def warnings() -> Warnings:
    return Warnings(table=pd.DataFrame({"warning": ["no_survey"]}), items=(Note("no_survey"),))


def plot_tiers(result: Tiers, *, language: str, ax: Any = None) -> Any:
    from analysis.core import words

    with style.context(language):
        frame = result.table
        ax = style.new_axes(ax, rows=len(frame))
        shown = frame["flag"] != "suppressed"
        for i, row in frame.iterrows():
            if not shown[i]:
                ax.barh(i, 0.05, facecolor="none", edgecolor=style.TOKENS["mute"], hatch="////", lw=0)
                continue
            ax.barh(i, row["value"], color=style.CATEGORICAL[0], height=0.6)
            ax.plot([row["lo"], row["hi"]], [i, i], color=style.TOKENS["ink"], lw=2.2)
            ax.text(row["hi"] + 0.02, i, f"{row['value']:.0%}", va="center")
        ax.set_yticks(range(len(frame)), [words.term(t, language) for t in frame["tier"]])
        ax.invert_yaxis()
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(lambda v, _: f"{v:.0%}")
        style.value_name(ax, words.text("figures.share", language))
    return ax


def plot_curve(result: Curve, *, language: str, ax: Any = None) -> Any:
    with style.context(language):
        ax = style.new_axes(ax)
        frame = result.table
        ax.fill_between(frame["month"], frame["lo"], frame["hi"], color=style.TOKENS["band"])
        ax.plot(frame["month"], frame["value"], color=style.CATEGORICAL[0])
        ax.scatter(frame["month"], frame["value"], color=style.CATEGORICAL[1], rasterized=True)
        ax.set_ylim(0, 1)
    return ax


def plot_nothing(result: Result, *, language: str, ax: Any = None) -> Any:
    with style.context(language):
        return style.new_axes(ax)


NAMES = {"H001": "上海镕堃医院", "H002": "杭州第一医院", "H003": "喆康诊所"}


SOURCES = tuple(
    dict(zip(("table", "source", "source_type", "lawful_basis"), row, strict=True))
    for row in (
        ("transactions", "orders.csv", "own_lawful_sales", "购销合同"),
        ("survey_responses", "survey.xlsx", "self_report_survey", "知情同意"),
    )
)


def a_page(**changes: Any) -> page.Page:
    settings: dict[str, Any] = {
        "notebook": "07_case_study", "title": "title_07_case_study", "region": "华东", "language": "zh",
        "audience": "internal", "as_of": "2025-06-30", "period": ("2024-07-01", "2025-06-30"), "confirmed": False,
        "sources": SOURCES,
        "tables_hash": "3f" * 32, "reference_hash": "a1" * 32, "packages": {"pandas": "3.1.1", "analysis": "0.1.0"},
        "names": pd.Series(NAMES), "links": (("previous", "06_effects_plan.html"), ("all_regions", "../index.html")),
    }  # fmt: skip
    return page.Page(**{**settings, **changes})


def code_cell(source: str, *shown: tuple[Any, ...], meta: page.Page) -> Any:
    """A code cell as the kernel leaves it after `report.show` calls."""
    import nbformat

    cell = nbformat.v4.new_code_cell(source)
    for result, *figure in shown:
        data, metadata = display.bundle(result, *figure, language=meta.language, audience=meta.audience)
        cell.outputs.append(nbformat.v4.new_output("display_data", data=data, metadata=metadata))
    return cell


def notebook(meta: page.Page, names: dict[str, str] | None = None) -> Any:
    """A small case study with every kind of block."""
    import nbformat

    report.open_page(meta)
    book = nbformat.v4.new_notebook()
    prose = nbformat.v4.new_markdown_cell
    parameters = code_cell("region = None", meta=meta)
    parameters.metadata["tags"] = ["parameters"]
    book.cells = [
        prose("# 案例报告 | Case study"),
        parameters,
        code_cell("from analysis import report", meta=meta),
        code_cell("report.show(answers)", (answers(),), meta=meta),
        code_cell("report.show(cards)", (cards(),), meta=meta),
        code_cell("report.show(decisions)", (decisions(),), meta=meta),
        code_cell("report.show(warnings)", (warnings(),), meta=meta),
        prose("## R4 客户画像 | Customer portrait"),
        code_cell("report.show(tiers.abc(values), figures.tiers.plot_abc)", (tiers(), plot_tiers), meta=meta),
        code_cell("report.show(small)", (tiers((46, 120, 346, 3)), plot_tiers), meta=meta),
        prose("## R5 价值与忠诚 | Value and loyalty"),
        code_cell("report.show(curve)", (curve(), plot_curve), meta=meta),
        prose("## R8 关键客户 | Key accounts"),
        code_cell("report.show(accounts)", (accounts(names or NAMES),), meta=meta),
        code_cell("report.show(persons)", (persons(),), meta=meta),
        code_cell("report.show(wide)", (wide(), plot_nothing), (wide(),), meta=meta),
    ]
    return book


def index_rows() -> list[dict[str, Any]]:
    def metrics(*shift: float) -> dict[str, tuple[Any, ...]]:
        a, b = shift
        return {
            "growth": (0.062 + a, 0.031 + a, 0.094 + a, "+percent1"),
            "share": (0.184 + b, 0.171 + b, 0.197 + b, "percent1"),
            "retention": (0.72 + a, 0.68 + a, 0.76 + a, "percent"),
        }

    told = [
        ("华东", "ok", "", 512, metrics(0, 0)),
        ("华南", "ok", "", 430, metrics(-0.08, 0.03)),
        ("西南", "low_n", "", 41, metrics(0.03, -0.02)),
        ("华中", "failed", "03_value_loyalty，2025-03无订单行。", None, {}),
        ("西北", "not_enough_data", "有购买记录的客户17家，分群至少需要60家。", 17, {}),
    ]
    names = ("region", "status", "reason", "n", "metrics")
    return [dict(zip(names, row, strict=True), link=f"{row[0]}/case_study.html") for row in told]
