"""Where things lie: notebooks, the private work folder, the folder of one region."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..core.errors import SettingError

__all__ = [
    "NOTEBOOKS", "ONE_THREAD", "REFERENCE", "RESULT_PREFIX", "TUTORIAL", "atomic_folder", "build_once", "file_hash",
    "folder_hash", "notebook_path", "read_json", "region_folder", "source_fingerprint", "work_root", "write_json",
    "write_whole",
]  # fmt: skip

#: BLAS and OpenMP at one thread: results do not depend on the number of cores, and kernels side by side do not stall
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
REFERENCE = "00_reference"
NOTEBOOKS = ("01_data_health", "02_segments_tiers", "03_value_loyalty", "04_voice_barriers", "07_case_study")
#: notebooks that are opened by hand and never run by the batch
TUTORIAL = "tutorial"
#: first word of the names of the results that a notebook saves
RESULT_PREFIX = {
    "01_data_health": "health", "02_segments_tiers": "customers", "03_value_loyalty": "value",
    "04_voice_barriers": "voice", "07_case_study": "case",
}  # fmt: skip
_PACKAGE = Path(__file__).resolve().parents[1]


def work_root() -> Path:
    """The private work folder: ``RAPPORT_WORK``, or ``work`` where the command was started."""
    return Path(os.environ.get("RAPPORT_WORK", "work")).resolve()


def notebook_path(name: str, folder: Path | None = None) -> Path:
    """The notebook called ``name``: in ``folder``, in the repository, or in the installed package.

    Raises
    ------
    SettingError
        When there is none, listing what the folder holds.
    """
    homes = [folder] if folder else [_PACKAGE.parents[1] / "notebooks", _PACKAGE / "_notebooks"]
    for home in homes:
        path = home / f"{name}.ipynb"
        if path.is_file():
            return path
    home = next((h for h in homes if h.is_dir()), homes[0])
    found = sorted(p.stem for p in home.glob("*.ipynb")) if home.is_dir() else []
    raise SettingError("unknown_notebook", name=name, found=found, folder=home.name)


def region_folder(region: str) -> str:
    """A folder name for a region: its own name where the file system allows it."""
    safe = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", region).strip(" .")
    reserved = {"reference", "tables", "index.html", "manifest.json", "timings.json", "rejected.csv", ""}
    if safe == region and safe.casefold() not in reserved:
        return safe
    return f"{safe or 'region'}-{hashlib.sha256(region.encode()).hexdigest()[:6]}"


def file_hash(path: Path) -> str:
    """SHA-256 of one file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def folder_hash(folder: Path, *, skip: Iterable[str] = ()) -> str:
    """SHA-256 over the names and contents of all files in a folder."""
    left_out = set(skip)
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in left_out):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def source_fingerprint() -> str:
    """SHA-256 over the package's own code, words and templates: a changed method recomputes."""
    digest = hashlib.sha256()
    kinds = {".py", ".toml", ".j2", ".css", ".js", ".json"}
    for path in sorted(p for p in _PACKAGE.rglob("*") if p.suffix in kinds and "_notebooks" not in p.parts):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: temporary name, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    # mkstemp makes the file private; a published page follows the folder's habit
    os.chmod(name, 0o644)
    os.replace(name, path)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file, or an empty dict where there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_json(path: Path, value: Any) -> None:
    """A JSON file, whole or not at all, keys sorted."""
    write_whole(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def build_once(home: Path, build: Callable[[Path], None], *, patience: float = 900.0) -> Path:
    """The folder ``home``, built by one process while the others that want it wait.

    Parameters
    ----------
    home : Path
    build : callable
        Fills the fresh folder it is given; it becomes ``home`` when whole.
    patience : float, default 900
        Seconds after which another builder is taken for dead.

    Returns
    -------
    Path
        ``home``.
    """
    mark = home.with_name(f".{home.name}.building")
    home.parent.mkdir(parents=True, exist_ok=True)
    while not home.is_dir():
        try:
            mark.mkdir()
        except FileExistsError:
            if mark.exists() and time.time() - mark.stat().st_mtime > patience:
                shutil.rmtree(mark, ignore_errors=True)
            time.sleep(0.3)
            continue
        fresh = atomic_folder(home)
        try:
            if not home.is_dir():
                build(fresh)
                os.rename(fresh, home)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(mark, ignore_errors=True)
    return home


def atomic_folder(target: Path) -> Path:
    """A fresh folder beside ``target``, to be filled and then renamed to it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
