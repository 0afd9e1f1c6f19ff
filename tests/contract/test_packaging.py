"""The files that install the project agree with each other."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: conda names that differ from those of the Python index
CONDA = {
    "ibis-framework[duckdb]": "ibis-duckdb",
    "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core",
    "duckdb": "python-duckdb",
}


def names(requirements: list[str]) -> dict[str, str]:
    """``{name: version bounds}``."""
    pairs = (re.match(r"([A-Za-z0-9_.\-\[\]]+)\s*(.*)", r) for r in requirements)
    return {m.group(1): m.group(2).replace(" ", "") for m in pairs if m}


def test_environment_and_pyproject_name_the_same_packages() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = names([d for d in environment["dependencies"] if isinstance(d, str)])
    wanted = {CONDA.get(n, n): v for n, v in names(PROJECT["dependencies"]).items()}
    python = conda.pop("python")
    pip = conda.pop("pip")
    assert python == PROJECT["requires-python"]
    assert pip == ""
    assert conda == wanted


def test_lock_holds_names_versions_and_hashes_only() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pinned = {m.group(1).split("[")[0] for m in re.finditer(r"^([A-Za-z0-9_.\-\[\]]+)==", lock, re.M)}
    for requirement in names(PROJECT["dependencies"]):
        assert requirement.split("[")[0] in pinned
    for block in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in block, block[:60]


@pytest.mark.parametrize("extra", ["bayes", "text"])
def test_lock_of_an_extra_adds_to_the_first_and_repeats_nothing(extra: str) -> None:
    lock, base = (
        (ROOT / name).read_text(encoding="utf-8") for name in (f"requirements-{extra}.lock", "requirements.lock")
    )
    assert "://" not in lock
    pinned, held = (set(re.findall(r"^([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==", text, re.M)) for text in (lock, base))
    assert set(names(PROJECT["optional-dependencies"][extra])) <= pinned
    assert pinned & held == set()
    for block in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in block, block[:60]


def test_jsonschema_is_held_below_the_slow_import() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    version = re.search(r"^jsonschema(?:\[[^\]]*\])?==(\d+)\.(\d+)", lock, re.M)
    assert version
    assert (int(version.group(1)), int(version.group(2))) < (4, 25)


def test_top_level_is_as_promised() -> None:
    for name in ("notebooks", "src/analysis", "data/sample", "data/templates", "data/examples", "reports/README.md",
                 "benchmarks", "docs/coverage.md", "environment.yml", "Makefile", "LICENSE", ".ci/run", "CHANGELOG.md",
                 "CONTRIBUTING.md", "README.md", "requirements.lock", "requirements-bayes.lock",
                 "requirements-text.lock"):  # fmt: skip
        assert (ROOT / name).exists(), name


def test_wheel_carries_the_notebooks_equal(tmp_path: Path) -> None:
    hatchling = pytest.importorskip("hatchling.builders.wheel")
    wheel = next(iter(hatchling.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])))
    with zipfile.ZipFile(wheel) as archive:
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            assert archive.read(f"analysis/_notebooks/{path.name}") == path.read_bytes()
        packed = archive.namelist()
    assert "analysis/core/text/zh.toml" in packed
    assert "analysis/methods/opentext/codebook.toml" in packed
    assert any(name.endswith("OFL.txt") for name in packed)


def test_nothing_names_a_registry_or_this_machine() -> None:
    banned = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "npm" + "js", "/wo" + "rk/")))
    kinds = {".py", ".md", ".toml", ".yml", ".yaml", ".lock", ".ipynb", ".cfg", ""}
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if not path.is_file() or path.suffix not in kinds or parts[0] in {".git", ".venv", "work", "reports"}:
            continue
        if any(p.startswith((".mypy", ".ruff", ".pytest", ".hypothesis", "__pycache__")) for p in parts):
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not banned.search(text), path
