"""The page of a kernel: neutral without one, never laxer than it was opened."""

from __future__ import annotations

import pytest

from analysis import report
from analysis.core.errors import PolicyError, SettingError
from analysis.report import page

from . import demo


def test_without_a_page_neutral_settings_apply() -> None:
    neutral = page.current("en", "shared")
    assert (neutral.language, neutral.audience, neutral.cell, neutral.currency) == ("en", "shared", 11, "CNY")
    assert neutral.banner == ""


def test_the_open_page_is_read_and_blocks_are_counted_from_one() -> None:
    report.open_page(demo.a_page(region="华南"))
    assert page.current("en", "internal").region == "华南"
    assert page.current("en", "internal").language == "en"
    assert [page.next_block(), page.next_block()] == ["b1", "b2"]
    report.open_page(demo.a_page())
    assert page.next_block() == "b1"


def test_a_shared_page_takes_no_internal_block() -> None:
    report.open_page(demo.a_page(audience="shared"))
    with pytest.raises(PolicyError, match=r"This page is shared.*audience=internal"):
        page.current("zh", "internal")


def test_an_internal_page_may_show_a_shared_block() -> None:
    report.open_page(demo.a_page())
    assert page.current("zh", "shared").cell == 11


def test_a_shared_page_accepts_no_override() -> None:
    override = {"rule": "G4", "reason": "样品已备案", "by": "法务"}
    with pytest.raises(PolicyError, match="Shared reports accept no override; got G4"):
        demo.a_page(audience="shared", overrides=(override,))
    assert demo.a_page(overrides=(override,)).overrides == (override,)


@pytest.mark.parametrize(("audience", "least"), [("internal", 5), ("shared", 11)])
def test_the_minimum_cell_cannot_be_lowered(audience: str, least: int) -> None:
    with pytest.raises(PolicyError, match=f"min_cell must be {least} or more.*got {least - 1}"):
        demo.a_page(audience=audience, min_cell=least - 1)
    assert demo.a_page(audience=audience, min_cell=least + 3).cell == least + 3


def test_a_signed_override_of_g6_lowers_the_minimum_of_an_internal_page() -> None:
    override = {"rule": "G6", "reason": "内部核对", "by": "数据保护负责人"}
    assert demo.a_page(min_cell=3, overrides=(override,)).cell == 3


@pytest.mark.parametrize(("name", "value"), [("language", "fr"), ("audience", "public"), ("profile", "uk")])
def test_unknown_settings_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"{name} must be one of .* got {value}"):
        demo.a_page(**{name: value})


def test_the_mark_is_the_same_in_both_languages() -> None:
    assert demo.a_page().banner == "内部资料 禁止外传"
    assert demo.a_page(language="en").banner.startswith("内部资料 禁止外传")
    assert demo.a_page(audience="shared").banner == ""
