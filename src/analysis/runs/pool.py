"""Worker processes side by side; each region in its own, none stopping another."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import kernel

__all__ = ["run_all"]


def run_all(
    specs: list[dict[str, Any]], *, jobs: int, language: str, started: Callable[..., None] | None = None
) -> Iterator[dict[str, Any]]:
    """Run each spec in a process and give its record as soon as it is there.

    Parameters
    ----------
    specs : list of dict
        As `worker.run_region` takes them.
    jobs : int
        Processes at a time.
    language : {"zh", "en"}
        Of messages.
    started : callable, optional
        Called with ``region=`` when its process starts.

    Yields
    ------
    dict
        The worker's record, or one with status ``failed`` when its process died.
    """
    waiting = list(specs)
    running: dict[subprocess.Popen[bytes], dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="rapport-run-") as folder:
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    spec = waiting.pop(0)
                    running[_start(spec, Path(folder), language)] = spec
                    if started:
                        started(region=spec["region"])
                for process in [p for p in running if p.poll() is not None]:
                    yield _collect(running.pop(process), process)
                time.sleep(0.05)
        finally:
            for process in running:
                process.terminate()


def _start(spec: dict[str, Any], folder: Path, language: str) -> subprocess.Popen[bytes]:
    home = Path(tempfile.mkdtemp(dir=folder))
    spec["record"], spec["log"] = str(home / "record.json"), str(home / "log.txt")
    (home / "spec.json").write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-m", "analysis.runs.worker", str(home / "spec.json"), spec["record"]]
    with open(spec["log"], "wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env=kernel.environment(language, home))


def _collect(spec: dict[str, Any], process: subprocess.Popen[bytes]) -> dict[str, Any]:
    record = Path(spec["record"])
    if process.returncode == 0 and record.is_file():
        return json.loads(record.read_text(encoding="utf-8"))
    log = Path(spec["log"]).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    reason = log[-1] if log else f"process ended with {process.returncode}"
    notebooks = [{"name": n, "status": "failed", "html_sha256": None, "error": reason} for n in spec["run"]]
    return {"region": spec["region"], "status": "failed", "notebooks": notebooks, "died": process.returncode}
