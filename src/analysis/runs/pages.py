"""The page around a notebook's blocks: provenance from the tables, links to its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from .. import report
from ..core import words
from ..data import decisions, tables
from .places import NOTEBOOKS

__all__ = ["index_page_of", "packages", "page_name", "page_of"]

_PACKAGES = ("rapport-kit", "pandas", "numpy", "scikit-learn", "scipy", "matplotlib", "seaborn", "papermill", "duckdb")


def packages() -> dict[str, str]:
    """Name and version of the packages that the numbers rest on."""
    return {name: version(name) for name in _PACKAGES}


def page_name(notebook: str) -> str:
    """File name of a notebook's page, the same for both audiences."""
    return "case_study.html" if notebook == "07_case_study" else f"{notebook}.html"


def page_of(
    notebook: str, told: Mapping[str, Any], *, reference_hash: str = "", links: bool = True, names: bool = False
) -> report.Page:
    """The page of one notebook on one region.

    Parameters
    ----------
    notebook : str
    told : mapping
        The notebook parameters.
    reference_hash : str
    links : bool, default True
        Whether neighbouring pages exist.
    names : bool, default False
        Also load organisation names: needed where results are shown, not where they are framed.
    """
    folder = Path(told["tables_dir"])
    meta = tables.meta(folder)
    return report.Page(
        notebook=notebook,
        title=f"title_{notebook}",
        region=" · ".join(part for part in (told["region"], told.get("brand")) if part),
        language=told["language"],
        audience=told["audience"],
        profile=told["profile"],
        currency=_unit_of_value(meta, folder, told["language"]),
        as_of=told["as_of"],
        period=(meta["first_date"], told["as_of"]) if meta["first_date"] else None,
        sources=tuple(_sources(meta, told["audience"])),
        tables_hash=meta["tables_hash"],
        reference_hash=reference_hash,
        min_cell=told["min_cell"],
        packages=packages(),
        names=_organisations(folder, meta) if names else None,
        overrides=tuple(meta["overrides"]),
        confirmed=not _unconfirmed(folder, meta, told.get("reference_dir")),
        banners=_banners(meta, folder, told["language"]),
        links=_links(notebook) if links else (),
    )


def _unconfirmed(folder: Path, meta: Mapping[str, Any], reference: str | Path | None) -> bool:
    """Whether a number of segments is in use that no analyst has chosen."""
    if decisions.load(folder).confirmed or "transactions" not in meta["tables"]:
        return False
    # a finished reference pass without a model found no segments: there is no number to confirm
    learned = Path(reference) if reference is not None else None
    finished = learned is not None and (learned / "reference.json").is_file()
    return not finished or (learned is not None and (learned / "segments_model.json").is_file())


def index_page_of(folder: Path, *, audience: str, language: str, reference_hash: str) -> report.Page:
    """The page that compares the regions of the tables in ``folder``."""
    meta = tables.meta(folder)
    return report.Page(
        notebook="index",
        title="title_index",
        language=language,
        audience=audience,
        profile=meta["profile"],
        currency=_unit_of_value(meta, folder, language),
        as_of=meta["as_of"],
        period=(meta["first_date"], meta["as_of"]) if meta["first_date"] else None,
        sources=tuple(_sources(meta, audience)),
        tables_hash=meta["tables_hash"],
        reference_hash=reference_hash,
        packages=packages(),
        overrides=tuple(meta["overrides"]),
        banners=_banners(meta, folder, language),
    )


def _unit_of_value(meta: Mapping[str, Any], folder: Path, language: str) -> str:
    """The currency, or the unit where the declared value is a quantity."""
    if meta["value"] != "quantity" or "transactions" not in meta["tables"]:
        return meta["currency"]
    lines = tables.read(folder, "transactions")
    units = list(lines["unit"].dropna().unique()) if "unit" in lines.columns else []
    return str(units[0]) if len(units) == 1 else words.text("runs.units", language)


def _banners(meta: Mapping[str, Any], folder: Path, language: str) -> tuple[str, ...]:
    """Warnings at the top: invented data; a value that is no money."""
    found = []
    if any(entry["source_type"] == "synthetic" for entry in meta["tables"].values()):
        found.append("synthetic")
    if meta["value"] == "quantity":
        found.append(words.text("runs.value_is_quantity", language, unit=_unit_of_value(meta, folder, language)))
    return tuple(found)


def _organisations(folder: Path, meta: Mapping[str, Any]) -> pd.Series | None:
    """Every organisation by id: its name, else the company's own id; persons have no entry and are never shown."""
    if "customers" not in meta["tables"]:
        return None
    frame = tables.read(folder, "customers").set_index("customer_id")
    if "customer_type" in frame.columns:
        frame = frame[frame["customer_type"] != "physician"]
    elif meta["tables"]["customers"]["grain"] == "person":
        frame = frame.iloc[:0]
    ids = frame.index.to_series()
    return frame["name"].fillna(ids) if "name" in frame.columns else ids


def _sources(meta: Mapping[str, Any], audience: str) -> list[dict[str, Any]]:
    """Table, source, declared basis; a shared page does not name the company's files."""
    rows = []
    for name, entry in sorted(meta["tables"].items()):
        if entry["source_type"] is None:
            continue
        shown = "、".join(entry.get("sources", ()))
        rows.append(
            {
                "table": name,
                "source": shown if audience == "internal" else "",
                "source_type": entry["source_type"],
                "lawful_basis": entry["lawful_basis"],
                "rows": entry["rows"],
            }
        )
    return rows


def _links(notebook: str) -> tuple[tuple[str, str], ...]:
    pages = [("title_index", "../index.html")]
    pages += [(f"title_{name}", page_name(name)) for name in ("07_case_study", *NOTEBOOKS[:-1]) if name != notebook]
    return tuple(pages)
