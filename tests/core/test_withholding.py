"""A result that is for internal use leaves no trace in a shared page, in no form."""

import pandas as pd
import pytest

from analysis.core import disclosure, withholding, words
from analysis.core.policy import MIN_CELL
from analysis.core.result import Note
from analysis.figures import roles as figures
from analysis.methods import roles
from analysis.report import page
from analysis.report.display import MIME, bundle, prepare

from ..contract.cases_roles import covered, hospitals, measured


@pytest.fixture(autouse=True)
def no_page_open(monkeypatch):
    """A page that another test opened would have its own rules."""
    monkeypatch.setattr(page._Open, "page", None)


@pytest.fixture(scope="module")
def found() -> roles.Roles:
    return measured()


def test_nothing_is_left_of_it_when_shared(found):
    safe = disclosure.control(found, 1, "shared")
    for name, value in vars(safe.result).items():
        if isinstance(value, pd.DataFrame | pd.Series):
            assert value.empty, name
        elif name != "notes":
            assert not value, name
    assert safe.result.notes == (Note("internal_only"),)
    assert safe.hidden == 0
    # the original is untouched
    assert len(found.customers)


def test_internal_is_not_touched(found):
    assert disclosure.control(found, 1, "internal").result.equals(found)
    assert not withholding.withheld(found, "internal")


def test_an_audience_nobody_knows_is_treated_as_outside(found):
    assert withholding.withheld(found, "partner")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_shared_page_says_that_it_is_withheld_and_shows_no_number(found, language):
    data, facts = bundle(found, figures.plot_map, language=language, audience="shared")
    html = data[MIME]
    assert words.text("notes.internal_only", language) in html.replace("\u2060", "")
    assert "<svg" not in html
    assert "<table" not in html
    for word in ("supporter", "opponent"):
        assert words.term(word, language) not in html + data["text/plain"]
    assert facts[MIME]["hidden"] == 0


def test_an_internal_page_shows_the_table_but_no_person(found):
    html = bundle(found, figures.plot_map, language="zh", audience="internal")[0][MIME]
    assert words.term("supporter", "zh") in html
    assert not [person for person in found.customers.index if person in html]


def test_axes_drawn_before_are_withheld_too(found):
    ax = figures.plot_map(found, language="zh")
    assert "<svg" not in bundle(found, ax, language="zh", audience="shared")[0][MIME]


def test_accounts_of_decision_makers_are_withheld_too():
    rest = roles.uncovered(covered())
    assert len(rest.table)
    html = bundle(rest, language="en", audience="shared")[0][MIME]
    assert not [account for account in hospitals().index if account in html]
    assert prepare(rest, language="en", audience="shared").total is None


def test_every_result_of_roles_is_internal():
    assert all(getattr(roles, name).internal_only for name in roles.__all__ if isinstance(getattr(roles, name), type))


def test_shown_by_hand_it_hides_small_cells_and_lists_nobody(found):
    text = repr(found) + found._repr_html_()
    assert not [person for person in found.customers.index if person in text]
    hidden = disclosure.control(found, MIN_CELL["internal"])
    assert hidden.hidden > 0
