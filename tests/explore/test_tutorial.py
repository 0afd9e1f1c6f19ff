"""The tutorial in a real kernel: every cell answers, nothing warns, no widget in a run's output."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from analysis.runs import kernel, places


# in English it runs daily in a JupyterLab page that shows every output, see tests/browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh"])
def test_every_cell_answers(language: str, sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in kernel.environment(language, tmp_path / "runtime").items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("RAPPORT_WORK", str(tmp_path / "work"))
    (tmp_path / "runtime").mkdir()
    monkeypatch.chdir(tmp_path)
    told = {"path": str(sample_home), "region": "华东", "language": language}
    notebook = kernel.execute(places.notebook_path(places.TUTORIAL), tmp_path / "done.ipynb", told)
    nbformat.validate(notebook)
    codes = [c for c in notebook.cells if c.cell_type == "code"]
    outputs = [o for c in codes for o in c.outputs]
    assert [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"] == []
    shown = [mime for o in outputs for mime in o.get("data", {})]
    assert not [mime for mime in shown if "widget" in mime]
    assert shown.count("text/html") >= 12
    assert "image/png" in shown, "a figure drawn by hand"
    silent = [c.source for c in codes if not c.outputs and "parameters" not in str(c.metadata.get("tags"))]
    assert silent == []
    assert (tmp_path / "quiet_accounts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
