"""The page a kernel writes to: region, language, audience, provenance.

A notebook opens its page once; every `report.show` after that reads it. Without
an open page (a notebook tried out in JupyterLab) neutral settings apply.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..core import checks, policy, words
from ..core.errors import PolicyError

__all__ = ["MARK", "Page", "current", "next_block", "open_page"]

MARK = "内部资料 禁止外传"


@dataclass(frozen=True, eq=False, kw_only=True)
class Page:
    """What every block and the frame around the blocks must know.

    Attributes
    ----------
    notebook : str
        Name of the notebook, such as ``"03_value_loyalty"``.
    title : str
        Key under ``[report]`` of the page's title; a title without words is printed as it is.
    region : str
    language : {"zh", "en"}
    audience : {"internal", "shared"}
    profile : str
        Rule profile: cn, eu or us.
    currency : str
        ISO code.
    as_of : date or ISO text
        Nothing later entered the analysis.
    period : pair of dates or ISO texts
        First and last day of the data used.
    sources : tuple of mappings
        One for each table: ``table, source, source_type, lawful_basis``; ``rows`` if known.
    tables_hash, reference_hash : str
        SHA-256 of the tables and of the frozen reference.
    min_cell : int or None
        Smallest group shown; None: the policy's minimum for the audience.
    packages : mapping
        Name to version.
    names : Series or None
        customer_id to organisation name, one entry for **every** organisation: an id that is not
        in it is taken for a person and never shown. None: no names known, the company's own ids
        are shown (internal only).
    overrides : tuple of mappings
        ``rule, reason, by``: printed on every page.
    confirmed : bool
        False prints 分群数尚未经分析师确认.
    banners : tuple of str
        Keys under ``[report]`` of further warnings at the top.
    links : tuple of (words, address)
        Neighbouring pages; words are a key under ``[report]`` or plain text.
    """

    notebook: str = ""
    title: str = ""
    region: str = ""
    language: str = "zh"
    audience: str = "internal"
    profile: str = "cn"
    currency: str = "CNY"
    as_of: dt.date | str | None = None
    period: tuple[Any, Any] | None = None
    sources: tuple[Mapping[str, Any], ...] = ()
    tables_hash: str = ""
    reference_hash: str = ""
    min_cell: int | None = None
    packages: Mapping[str, str] = field(default_factory=dict)
    names: pd.Series | None = None
    overrides: tuple[Mapping[str, str], ...] = ()
    confirmed: bool = True
    banners: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        checks.choice(self.language, words.LANGUAGES, name="language")
        checks.choice(self.audience, policy.AUDIENCES, name="audience")
        checks.choice(self.profile, policy.PROFILES, name="profile")
        if self.min_cell is not None:
            checks.whole(self.min_cell, name="min_cell", low=1)
        if self.audience == "shared" and self.overrides:
            raise PolicyError("shared_override", rule=", ".join(str(item["rule"]) for item in self.overrides))
        lifted = any(item["rule"] == "G6" for item in self.overrides)
        if self.cell < policy.MIN_CELL[self.audience] and not lifted:
            least = policy.MIN_CELL[self.audience]
            raise PolicyError("min_cell_below", lo=least, audience=self.audience, got=self.cell)

    @property
    def cell(self) -> int:
        """The smallest group that may be shown on this page."""
        return policy.MIN_CELL[self.audience] if self.min_cell is None else self.min_cell

    @property
    def banner(self) -> str:
        """The mark of an internal page, empty on a shared one; its wording is fixed in both languages."""
        if self.audience != "internal":
            return ""
        return MARK if self.language == "zh" else f"{MARK} · {self.words('audience_internal')}"

    def words(self, key: str, /, **values: Any) -> str:
        """Page furniture: the words under ``[report] key`` in the page's language."""
        return words.text(f"report.{key}", self.language, currency=self.currency, **values)


class _Open:
    """The page of this kernel; replaced by `open_page`."""

    page: Page | None = None
    blocks: Iterator[int] = itertools.count(1)


def open_page(page: Page) -> None:
    """Make ``page`` the one that every later `show` in this kernel writes to."""
    _Open.page, _Open.blocks = page, itertools.count(1)


def current(language: str, audience: str) -> Page:
    """The open page in the language and for the audience asked for.

    Raises
    ------
    PolicyError
        When the open page is a shared one and the block asks for ``internal``: names would leave the house.
    """
    if _Open.page is None:
        return Page(language=language, audience=audience)
    if _Open.page.audience == "shared" and audience != "shared":
        raise PolicyError("audience_of_page", got=audience)
    return dataclasses.replace(_Open.page, language=language, audience=audience)


def next_block() -> str:
    """Id of the next block; block ids are unique on a page and the same in every run."""
    return f"b{next(_Open.blocks)}"
