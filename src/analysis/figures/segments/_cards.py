"""Segments for colleagues: cards, and rules in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import cycle
from textwrap import wrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_persona_cards", "plot_rules"]

#: characters of a line: Han are twice as wide
_LINE = {"zh": 30, "en": 62}
#: what never stands at the end of a line; what never breaks: letters and digits, a Han with the marks behind it
_SIGN = re.compile(r"([≥<≤]) ")
_PART = re.compile(r" *(?:[!-~\u00a0≥≤−]+|.)[，。；：）%]*")
_LEFT = 0.02
#: share of a segment from which a level of an attribute is worth saying
_MOSTLY = 0.25
#: height of a line and of the air in and below a card, in rows; a rule worth printing covers and hits half at least
_PITCH, _AIR, _APART, _WORTH = 0.8, 0.5, 0.4, 0.5


def plot_persona_cards(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """One card per segment: name, size, what sets it apart, rule, kinds of customers.

    Parameters
    ----------
    result : segments.PersonaCards
        Table with segment, name_zh, name_en, n, value, share_value, merge_with, flag; ``apart``,
        ``conditions``, ``mix``.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    cards = [_card(result, row, language) for row in result.table.to_dict("records")]
    rows = sum(_tall(lines) + _APART for _, lines in cards)
    with style.context(language):
        ax = style.new_axes(ax, rows=int(rows) + 1, width=4.9)
        _blank(ax, rows + 0.6)
        y = 0.0
        for (head, lines), colour in zip(cards, cycle(style.CATEGORICAL), strict=False):
            tall = _tall(lines)
            ax.add_patch(
                Rectangle((0, y), 0.998, tall, facecolor="none", edgecolor=style.TOKENS["rule"], linewidth=0.8)
            )
            ax.add_patch(Rectangle((0, y), 0.006, tall, facecolor=colour, edgecolor="none"))
            ax.text(_LEFT, y + 0.65, head, va="center", fontweight="bold", fontsize=11)
            for i, line in enumerate(lines):
                place = y + 0.7 + (i + 1) * _PITCH
                ax.text(_LEFT, place, line, va="center", fontsize=9.5, color=style.TOKENS["ink2"])
            y += tall + _APART
        foot = words.text("figures.segments_card_below", language)
        ax.text(_LEFT, y + 0.3, foot, va="center", fontsize=9, color=style.TOKENS["ink2"])
    return ax


def _tall(lines: list[str]) -> float:
    """Height of a card with its head, in rows."""
    return 0.7 + (len(lines) + 0.3) * _PITCH + _AIR


def plot_rules(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """The rule of each segment in words, with its coverage and precision.

    Parameters
    ----------
    result : segments.Rules
        Table with segment, value, precision, flag; ``conditions``.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    conditions = _frame(result, "conditions")
    texts = []
    for row in result.table.to_dict("records"):
        own = conditions[conditions["segment"] == row["segment"]]
        lines = _wrapped(_sentence(own, conditions, language), language)
        if row["flag"] == "suppressed":
            lines = [words.text("figures.segments_card_hidden", language)]
        texts.append((row, lines))
    rows = sum(len(lines) + 1.5 for _, lines in texts)
    with style.context(language):
        ax = style.new_axes(ax, rows=int(rows) + 1, width=4.9)
        _blank(ax, rows)
        y = 0.0
        for row, lines in texts:
            head = words.text("figures.segments_rule_head", language, segment=row["segment"])
            ax.text(_LEFT, y + 0.5, head, va="center", fontweight="bold")
            if pd.notna(row["value"]) and row["conditions"]:
                told = {"value": row["value"], "precision": row["precision"]}
                said = words.text("figures.segments_rule_numbers", language, **told)
                ax.text(0.98, y + 0.5, said, va="center", ha="right", color=style.TOKENS["ink2"], fontsize=9.5)
            for i, line in enumerate(lines):
                ax.text(_LEFT, y + 1.45 + i, line, va="center", fontsize=9.5)
            y += len(lines) + 1.1
            ax.plot([0, 1], [y, y], color=style.TOKENS["rule"], linewidth=0.8)
            y += 0.4
    return ax


def _card(result: Result, row: Mapping[Any, Any], language: str) -> tuple[str, list[str]]:
    """Head and lines of a card."""
    head = words.text("figures.segments_rule_head", language, segment=row["segment"])
    head += ("　" if language == "zh" else "  ") + str(row[f"name_{language}"])
    if row["flag"] == "suppressed":
        return head, [words.text("figures.segments_card_hidden", language)]
    size = {"n": row["n"], "value": row["value"]}
    code = "segments_card_size"
    if pd.notna(row["share_value"]):
        code, size["share"] = "segments_card_size_value", row["share_value"]
    lines = [words.text(f"figures.{code}", language, **size), _apart(result, row["segment"], language)]
    conditions = _frame(result, "conditions")
    if len(conditions):
        own = conditions[conditions["segment"] == row["segment"]]
        good = len(own) > 0 and min(own["coverage"].iloc[0], own["precision"].iloc[0]) >= _WORTH
        # a rule that misses most of its segment, or hits mostly others, would be read as its description
        said = _sentence(own if good else own.head(0), conditions, language)
        if good:
            gap = "；" if language == "zh" else "; "
            told = {"value": own["coverage"].iloc[0], "precision": own["precision"].iloc[0]}
            said += gap + words.text("figures.segments_rule_numbers", language, **told)
        lines.append(words.text("figures.segments_card_rule", language, rule=said))
    lines += _mostly(result, row["segment"], language)
    if pd.notna(row["merge_with"]):
        lines.append(words.text("figures.segments_card_merge", language, other=row["merge_with"]))
    return head, [part for line in lines for part in _wrapped(line, language)]


def _apart(result: Result, segment: int, language: str) -> str:
    apart = _frame(result, "apart")
    said = []
    for row in apart[apart["segment"] == segment].to_dict("records"):
        if pd.isna(row["std_difference"]) or abs(row["std_difference"]) < 0.25:
            continue
        plain = pd.notna(row["index"])
        code = "segments_card_index" if plain else "segments_card_spread"
        told = {"index": row["index"]} if plain else {"d": row["std_difference"]}
        said.append(words.text(f"figures.{code}", language, feature=row["feature"], **told))
    if not said:
        return words.text("figures.segments_card_none", language)
    between = "；" if language == "zh" else "; "
    return words.text("figures.segments_card_apart", language, features=between.join(said))


def _mostly(result: Result, segment: int, language: str) -> list[str]:
    mix = _frame(result, "mix")
    own = mix[mix["segment"] == segment]
    said = [
        words.text("figures.segments_card_level", language, level=row["level"], share=row["share"])
        for row in own.to_dict("records")
        if pd.notna(row["share"]) and row["share"] >= _MOSTLY
    ]
    between = "，" if language == "zh" else ", "
    return [words.text("figures.segments_card_mix", language, levels=between.join(said))] if said else []


def _sentence(own: pd.DataFrame, everyone: pd.DataFrame, language: str) -> str:
    """The conditions of one segment in words; amounts of all rules in one unit."""
    if own.empty:
        return words.text("figures.segments_rule_none", language)
    amounts = style.Money(everyone.loc[everyone["kind"] == "money", "threshold"].astype(float), language)
    said = []
    for feature in dict.fromkeys(own.sort_values("position")["feature"]):
        part = own[own["feature"] == feature]
        ends = {row["side"]: _amount(row, amounts, language) for row in part.to_dict("records")}
        code = next(iter(ends)) if len(ends) == 1 else "between"
        said.append(words.text(f"figures.segments_rule_{code}", language, feature=feature, **ends))
    return words.text("figures.segments_rule_and", language).join(said)


def _amount(row: Mapping[Any, Any], amounts: style.Money, language: str) -> str:
    """A threshold of two figures, without the zeros that a fixed number of digits adds."""
    at = float(row["threshold"])
    text = amounts.text(at) if row["kind"] == "money" else numbers.render(at, _short(row["kind"]), language)
    return re.sub(r"\.?0+(?=\D*$)", "", text) if "." in text else text


def _short(kind: str) -> str:
    return kind if kind in numbers.KINDS else "number"


def _wrapped(text: str, language: str) -> list[str]:
    """Lines that fit the card: breaks between words, in Chinese between Han; a sign stays with its number."""
    text = _SIGN.sub("\\1\u00a0", text)
    if language == "en":
        return wrap(text, _LINE["en"]) or [text]
    lines, line, wide = [], "", 0.0
    for part in _PART.findall(text):
        size = sum(0.55 if ord(char) < 0x2E80 else 1.0 for char in part)
        if line and wide + size > _LINE["zh"]:
            lines.append(line)
            line, wide = "", 0.0
        line, wide = line + part.lstrip(" ") if not line else line + part, wide + size
    return [*lines, line]


def _blank(ax: Axes, rows: float) -> None:
    ax.set_xlim(0, 1)
    ax.set_ylim(rows, 0)
    ax.axis("off")


def _frame(result: Result, name: str) -> pd.DataFrame:
    return getattr(result, name)
