"""Figures of roles, universe and targets: what is drawn is what the table says, in both languages."""

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pytest

from analysis.core import disclosure, words
from analysis.figures import roles as role_figures
from analysis.figures import targeting as target_figures
from analysis.figures import universe as universe_figures
from analysis.methods import universe

from ..contract.cases_roles import covered, measured, scope, selected


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def texts(ax):
    return {t.get_text() for t in ax.texts} | {t.get_text() for t in ax.get_yticklabels()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_map_has_a_dot_for_every_rated_physician_and_no_id(language):
    found = measured()
    ax = role_figures.plot_map(found, language=language)
    dots = [c.get_offsets() for c in ax.collections if len(c.get_offsets())]
    assert sum(map(len, dots)) == int(found.customers["support"].notna().sum())
    assert not texts(ax) & set(found.customers.index)
    assert {words.term(s, language) for s in ("supporter", "neutral", "opponent")} <= texts(ax)


def test_no_dot_is_drawn_beyond_the_border_of_its_stance():
    found = measured()
    ax = role_figures.plot_map(found, language="en")
    heights = np.concatenate([np.asarray(c.get_offsets())[:, 1] for c in ax.collections if len(c.get_offsets())])
    stance = found.customers["stance"]
    assert (heights >= 0.3).sum() >= (stance == "supporter").sum()
    assert (heights > 0.3).sum() <= (stance == "supporter").sum()


def test_larger_potential_gives_a_larger_dot():
    found = measured()
    people = found.customers.assign(potential=np.where(found.customers["account"] == "YY0", 100.0, 1.0))
    ax = role_figures.plot_map(dataclasses.replace(found, customers=people), language="zh")
    sizes = np.concatenate([c.get_sizes() for c in ax.collections if len(c.get_offsets())])
    assert sizes.max() == 90.0
    assert sizes.min() < 20.0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_coverage_is_drawn_largest_first_and_hidden_rows_say_so(language):
    ax = role_figures.plot_decision_coverage(covered(), language=language)
    assert len(ax.get_yticklabels()) == len(covered().table)
    hidden = disclosure.control(covered(), 11).result
    ax = role_figures.plot_decision_coverage(hidden, language=language)
    assert words.term("suppressed", language) in texts(ax)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_universe_draws_two_marks_a_group(language):
    found = universe.cover(scope())
    ax = universe_figures.plot_universe(found, language=language)
    drawn = sorted(
        float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() in "os" and len(line.get_xdata())
    )
    assert drawn == pytest.approx(sorted([*found.table["value"], *found.table["contacted"]]))
    hidden = disclosure.control(universe.cover(scope().head(40)), 11).result
    assert words.term("suppressed", language) in texts(universe_figures.plot_universe(hidden, language=language))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_targets_are_bars_of_the_counts(language):
    found = selected()
    ax = target_figures.plot_targets(found, language=language)
    assert [bar.get_width() for bar in ax.patches] == found.table["n"].tolist()
    assert {words.term("selected", language), words.term("not_selected", language)} <= texts(ax)
    hidden = disclosure.control(found, 5).result
    assert words.term("suppressed", language) in texts(target_figures.plot_targets(hidden, language=language))
