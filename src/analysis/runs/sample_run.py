"""The sample run that a notebook opened by hand works on."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import DataError
from . import places

__all__ = ["ensure_sample", "sample_dataset"]


def sample_dataset() -> Path:
    """``dataset.yaml`` of the bundled sample; an installed package writes the same files from their seed."""
    bundled = Path(__file__).resolve().parents[3] / "data" / "sample" / "dataset.yaml"
    if bundled.is_file():
        return bundled
    written = places.work_root() / "sample-data" / "dataset.yaml"
    if not written.is_file():
        from ..data import sample

        sample.write(written.parent)
    return written


def ensure_sample() -> Path:
    """Build the sample run if this version of the code has none yet.

    Returns
    -------
    Path
        The run's work folder, with ``tables``, ``reference`` and one folder per region.

    Raises
    ------
    DataError
        When a region of the sample fails.
    """
    return places.build_once(places.work_root() / f"sample-{places.source_fingerprint()[:10]}", _build)


def _build(folder: Path) -> None:
    from .batch import Options, run

    print(
        "Building the sample run once; this takes a minute or two. 首次使用，正在生成示例运行，约需一两分钟。",
        flush=True,
    )
    outcome = run(sample_dataset(), Options(out=folder / "published", work=folder))
    failed = [r for r in outcome.manifest["regions"] if r["status"] == "failed"]
    if failed:
        raise DataError("sample_failed", region=failed[0]["region"], reason=failed[0]["reason"])
