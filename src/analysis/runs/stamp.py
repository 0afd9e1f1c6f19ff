"""What a finished run says of itself in its work folder: made by which code, from which dataset file."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

from . import places

__all__ = ["FILE", "read", "version", "write"]

FILE = "run.json"


def version() -> str:
    """Version of the installed package."""
    return metadata.version("rapport-kit")


def write(home: Path, *, dataset: Path, language: str, settings: dict[str, Any], regions: list[dict[str, Any]]) -> None:
    """Stamp a run as finished.

    Parameters
    ----------
    home : Path
        The work folder.
    dataset : Path
        Its ``dataset.yaml``.
    language : str
    settings : dict
        What the command line chose: brand, by, as_of, data_dir.
    regions : list of dict
        Region, status and reason, as in the manifest.
    """
    told = {
        "version": version(),
        "fingerprint": places.source_fingerprint(),
        "dataset": str(Path(dataset).resolve()),
        "language": language,
        **settings,
        "regions": regions,
    }
    places.write_json(home / FILE, told)


def read(home: Path) -> dict[str, Any]:
    """The stamp, or an empty dict where the run was never finished."""
    return places.read_json(home / FILE)
