"""What holds for every analysis, written once and run on each."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes

import analysis.methods
from analysis.core import words
from analysis.core.result import FLAGS, Result
from analysis.core.words import LANGUAGES

from .case import Case

#: every module cases_<part>.py beside this file
CASES: list[Case] = [
    case
    for path in sorted(Path(__file__).parent.glob("cases_*.py"))
    for case in importlib.import_module(f"{__package__}.{path.stem}").CASES
]
IDS = [case.name for case in CASES]
_MADE: dict[str, Result] = {}


def made(case: Case) -> Result:
    """The case's result, computed once for all tests of this file: showing and drawing must leave it as it is."""
    if case.name not in _MADE:
        _MADE[case.name] = case.call()
    return _MADE[case.name]


def public_methods() -> list[str]:
    """``module.function`` for every public function of the methods floor that gives a Result."""
    found = []
    for info in pkgutil.iter_modules(analysis.methods.__path__):
        module = importlib.import_module(f"analysis.methods.{info.name}")
        for name in module.__all__:
            item = getattr(module, name)
            if inspect.isfunction(item) and _gives_result(item):
                found.append(f"{info.name}.{name}")
    return sorted(found)


def _gives_result(function: object) -> bool:
    annotation = str(inspect.signature(function).return_annotation)  # type: ignore[arg-type]
    module = inspect.getmodule(function)
    kind = getattr(module, annotation.strip("'\""), None)
    return inspect.isclass(kind) and issubclass(kind, Result)


def test_every_public_method_has_a_case() -> None:
    assert sorted(set(public_methods()) - set(IDS)) == []


def test_case_names_are_methods_that_exist() -> None:
    assert len(IDS) == len(set(IDS))
    for name in IDS:
        module, function = name.split(".", 1)
        assert callable(getattr(importlib.import_module(f"analysis.methods.{module}"), function.split("[")[0]))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_result_type_and_estimate_columns(case: Case) -> None:
    result = made(case)
    assert isinstance(result, Result)
    assert isinstance(result.table, pd.DataFrame)
    if {"value", "lo", "hi"} <= set(result.table.columns):
        assert {"n", "flag"} <= set(result.table.columns)
        assert set(result.table["flag"].dropna()) <= set(FLAGS)
        inside = result.table.dropna(subset=["value", "lo", "hi"])
        assert (inside["lo"] <= inside["value"] + 1e-9).all()
        assert (inside["value"] <= inside["hi"] + 1e-9).all()


@pytest.mark.parametrize("case", [c for c in CASES if c.inputs], ids=[c.name for c in CASES if c.inputs])
def test_inputs_are_left_untouched(case: Case) -> None:
    assert case.inputs is not None
    frames, call = case.inputs()
    before = [frame.copy(deep=True) for frame in frames]
    call(*frames)
    for frame, copy in zip(frames, before, strict=True):
        assert frame.equals(copy)
        assert frame.index.equals(copy.index)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_saved_and_loaded_equal(case: Case, tmp_path: Path) -> None:
    result = made(case)
    result.save(tmp_path, "result")
    assert type(result).load(tmp_path, "result").equals(result)
    assert not list(tmp_path.glob("*.pkl"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_words_in_both_languages(case: Case, language: str) -> None:
    result = made(case)
    for note in result.notes:
        assert words.text(f"notes.{note.code}", language, **note.values)
    if result.finding:
        assert words.text(f"findings.{result.finding.code}", language, **result.finding.values)
    if case.figure:
        for section in ("decision", "how", "alt"):
            assert words.has(f"{section}.{case.figure}", language)
    elif result.layout in ("figure", "table"):
        assert words.has(f"decision.{type(result).__name__}", language)
    for column in result.table.columns:
        assert words.has(f"columns.{column}", language), f"no heading for column {column}"


DRAWN = [case for case in CASES if case.figure]


def plot(case: Case) -> Callable[..., Axes]:
    """The case's figure."""
    figures = importlib.import_module(f"analysis.figures.{case.name.split('.')[0]}")
    return getattr(figures, str(case.figure))  # type: ignore[no-any-return]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DRAWN, ids=[c.name for c in DRAWN])
def test_figure_draws_in_both_languages(case: Case, language: str) -> None:
    own = plot(case)(made(case), language=language)
    assert isinstance(own, Axes)
    own.figure.canvas.draw()
    plt.close(own.figure)


@pytest.mark.parametrize("case", DRAWN, ids=[c.name for c in DRAWN])
def test_figure_takes_given_axes(case: Case) -> None:
    figure, ax = plt.subplots()
    assert plot(case)(made(case), language="en", ax=ax) is ax
    plt.close(figure)


@pytest.mark.parametrize("case", CASES, ids=IDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_result_shows_itself_in_words(case: Case, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_LANGUAGE", language)
    result = made(case)
    first = repr(result).splitlines()[0]
    assert first
    assert first != type(result).__name__, f"no finding and no words under decision.{first}"
    assert result._repr_html_().count("<table>") <= 1


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_same_twice_and_in_any_row_order(case: Case) -> None:
    # after all else has been done with it: nothing has changed the result
    first = made(case)
    assert first.equals(case.call())
    if case.shuffled is not None:
        _same_up_to_row_order(first, case.shuffled())


def _same_up_to_row_order(first: Result, second: Result) -> None:
    """Tables are equal; per-customer frames keep the order of the input, so they are compared sorted."""
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.finding == second.finding
    assert first.notes == second.notes
    for name in first.__dataclass_fields__:
        frame, other = getattr(first, name), getattr(second, name)
        if isinstance(frame, pd.DataFrame) and name != "table":
            pd.testing.assert_frame_equal(_sorted(frame), _sorted(other))


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_index() if not isinstance(frame.index, pd.RangeIndex) else frame
