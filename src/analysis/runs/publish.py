"""What is published: pages, index, manifest, and for the internal audience tables and results.

A region's folder appears whole: it is filled under a temporary name and renamed.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..core import words
from ..core.errors import SettingError
from ..report import render
from . import places
from .compare import REFERENCES, metrics
from .pages import index_page_of, packages, page_name, page_of
from .plan import RegionPlan

__all__ = ["Staging", "target", "write_timings"]


def target(out: Path, name: str, as_of: str, audience: str) -> Path:
    """``<out>/<dataset>/<as_of>``.

    Raises
    ------
    SettingError
        When a run for the other audience lies there: a shared folder must hold nothing internal.
    """
    folder = Path(out) / name / as_of
    before = places.read_json(folder / "manifest.json").get("audience", audience)
    if before != audience:
        raise SettingError("other_audience", got=audience, found=before, folder=str(folder))
    return folder


class Staging:
    """Fills the published folder from the records of the regions."""

    def __init__(self, folder: Path, home: Path, meta: dict[str, Any], told: Mapping[str, Any]) -> None:
        self.folder, self.home, self.meta, self.told = folder, home, meta, dict(told)
        self.audience, self.language = told["audience"], told["language"]

    def finish(
        self, records: Sequence[dict[str, Any]], plans: Mapping[str, RegionPlan], reference_hash: str
    ) -> tuple[Path, dict[str, Any]]:
        """Publish every region, the index and the manifest.

        Returns
        -------
        tuple
            Path of ``index.html`` and the manifest.
        """
        rows = [self._region(record, plans[record["region"]]) for record in records]
        if self.audience == "internal":
            self._internal(("tables", "reference") if reference_hash else ("tables",))
        manifest = self._manifest(records, reference_hash)
        index = self.folder / "index.html"
        page = index_page_of(
            self.home / "tables", audience=self.audience, language=self.language, reference_hash=reference_hash
        )
        places.write_whole(index, render.index_page(rows, page, references=REFERENCES))
        places.write_json(self.folder / "manifest.json", manifest)
        return index, manifest

    def _region(self, record: dict[str, Any], plan: RegionPlan) -> dict[str, Any]:
        name = places.region_folder(plan.region)
        source = self.home / name
        fresh = places.atomic_folder(self.folder / name)
        pages = source / "pages" / f"{self.audience}-{self.language}"
        wanted = {page_name(n["name"]) for n in record["notebooks"]}
        for page in sorted(pages.glob("*.html")) if pages.is_dir() else []:
            if page.name in wanted:
                shutil.copy2(page, fresh / page.name)
        reason = self._reason(record, plan)
        if not (fresh / "case_study.html").exists():
            (fresh / "case_study.html").write_text(self._one_page(record, plan, reason), encoding="utf-8")
        if self.audience == "internal":
            for part in ("results", "executed"):
                inner = source / part if part == "results" else source / part / f"internal-{self.language}"
                if inner.is_dir():
                    shutil.copytree(inner, fresh / part)
        fresh.chmod(0o755)
        shutil.rmtree(self.folder / name, ignore_errors=True)
        fresh.rename(self.folder / name)
        record["reason"] = reason
        values = metrics(source / "results") if record["status"] != "not_enough_data" else {}
        return {
            "region": plan.region, "status": record["status"], "reason": reason or "", "metrics": values,
            "n": plan.counts.get("buying_customers") or plan.counts.get("respondents"),
            "link": f"{quote(name)}/case_study.html",
        }  # fmt: skip

    def _reason(self, record: dict[str, Any], plan: RegionPlan) -> str | None:
        if record["status"] == "ok":
            return None
        if record["status"] == "failed":
            return "；".join(f"{n['name']}：{n['error']}" for n in record["notebooks"] if n["status"] == "failed")
        parts = [
            words.text(f"runs.{s}", self.language, name=n, unit=words.term(u, self.language), need=need, got=got)
            for n, (s, u, need, got) in plan.left_out.items()
            if s == "not_enough_data"
        ]
        return " ".join(parts) or words.text("runs.nothing_to_run", self.language)

    def _one_page(self, record: dict[str, Any], plan: RegionPlan, reason: str | None) -> str:
        """A region without a case study gets one page that says why."""
        status = record["status"] if record["status"] != "ok" else "skipped"
        page = page_of("07_case_study", self.told | {"region": plan.region}, links=False)
        said = reason or words.text("runs.not_asked", self.language)
        return render.message_page(page, status=status, reason=said)

    def _internal(self, parts: Sequence[str]) -> None:
        """Tables, what was learned from them, and what was rejected."""
        for name in parts:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            shutil.copytree(self.home / name, self.folder / name, ignore=shutil.ignore_patterns("rejected.csv"))
        shutil.copy2(self.home / "tables" / "rejected.csv", self.folder / "rejected.csv")

    def _manifest(self, records: Sequence[dict[str, Any]], reference_hash: str) -> dict[str, Any]:
        regions = [
            {
                "region": r["region"], "status": r["status"], "reason": r["reason"],
                "notebooks": [{k: n[k] for k in ("name", "status", "html_sha256", "error")} for n in r["notebooks"]],
            }
            for r in records
        ]  # fmt: skip
        whole = {
            "dataset": self.meta["dataset"], "as_of": self.meta["as_of"], "profile": self.meta["profile"],
            "audience": self.audience, "language": self.language, "reference_hash": reference_hash,
            "packages": packages(), "regions": regions, "overrides": self.meta["overrides"],
            "decisions": self.meta["decisions_hash"],
            "suppressed_cells": sum(n.get("hidden", 0) for r in records for n in r["notebooks"]),
        }  # fmt: skip
        tables = {
            name: {"rows": t["rows"], "sha256": t["sha256"], "source": t.get("sources", []),
                   "lawful_basis": t["lawful_basis"]}
            for name, t in self.meta["tables"].items()
        }  # fmt: skip
        if self.audience == "shared":
            # file names and row counts of the raw data stay inside
            return whole | {"tables": {name: {"lawful_basis": t["lawful_basis"]} for name, t in tables.items()}}
        return whole | {"tables": tables}


def write_timings(folder: Path, records: Sequence[dict[str, Any]], clock: Mapping[str, float]) -> dict[str, Any]:
    """``timings.json``: seconds per step, region and notebook; kept out of the manifest, which has no clock."""
    steps = list(clock)
    timings = {
        "steps": {b: round(clock[b] - clock[a], 2) for a, b in itertools.pairwise(steps)},
        "regions": {r["region"]: {n["name"]: n.get("seconds") for n in r["notebooks"]} for r in records},
        "resumed": {r["region"]: [n["name"] for n in r["notebooks"] if n.get("resumed")] for r in records},
    }
    places.write_json(folder / "timings.json", timings)
    return timings
