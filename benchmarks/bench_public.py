"""Whole runs on the public data sets: every region, seconds, what became of it."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from analysis.runs import batch
from analysis.runs.batch import Options

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"
#: example -> folder of its files under RAPPORT_REAL_DATA
FILES = {
    "nhs-zuclopenthixol": "nhs_zuclopenthixol_practice",
    "nhs-scmd-narcolepsy": "nhs_scmd_narcolepsy",
    "online-retail": "online_retail_2010_2011",
    "cdnow": "cdnow",
    "clinician-ai-survey": "clinician_ai_adoption_survey",
    "nhs-analyst-cpd": "nhs_analyst_cpd_barriers_survey",
    "ecsi-mobile": "ecsi_mobile_satisfaction",
    "gp-friends-family": "gp_friends_family_test",
}


def main() -> None:
    """Run each example on all its regions."""
    home = os.environ.get("RAPPORT_REAL_DATA")
    if not home:
        print("RAPPORT_REAL_DATA does not point at the public data sets")
        return
    print(f"{'example':22} {'regions':>7} {'seconds':>8} {'tables':>7} {'reference':>9}  statuses")
    for name, files in FILES.items():
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            options = Options(data_dir=Path(home) / files, out=Path(folder) / "out", work=Path(folder) / "work")
            outcome = batch.run(EXAMPLES / name / "dataset.yaml", options)
            seconds = time.perf_counter() - started
        found = Counter(r["status"] for r in outcome.manifest["regions"])
        steps = outcome.timings["steps"]
        regions = len(outcome.manifest["regions"])
        print(
            f"{name:22} {regions:7} {seconds:8.0f} {steps['tables']:7.1f} {steps['reference']:9.1f}  {dict(found)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
