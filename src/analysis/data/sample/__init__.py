"""A synthetic antibiotic case with known truth, delivered as the files a real analyst gets.

`write` draws hospitals, physicians, pharmacies, clinics and distributors of several regions, their orders,
answers and contacts, spoils the files at stated rates, and writes beside them what is true.
"""

from __future__ import annotations

from pathlib import Path

from . import codebooks, delivery, described, setting, survey, truth, writers
from . import world as worlds

__all__ = ["SEED", "write"]

SEED = 20250630


def write(out: str | Path, *, scale: float = 1.0, seed: int = SEED, regions: int = 3, scenario: str = "main") -> Path:
    """Write a synthetic data set; the same arguments give the same bytes.

    Parameters
    ----------
    out : path
        Folder, made when missing; files of the same names are replaced.
    scale : float, default 1.0
        Multiplies hospitals, physicians, pharmacies and clinics (0.1 and more).
    seed : int
    regions : int, default 3
        How many regions; the first three are 华东 (normal), 华北 (sparse), 西南 (small, dirty).
    scenario : {"main", "weak", "mnar", "rho", "restricted"}
        See `setting.Setting`.

    Returns
    -------
    pathlib.Path
        Of ``dataset.yaml``. ``truth/`` holds what was drawn, ``refused/`` two data sets that must be refused.

    Raises
    ------
    SettingError
        An argument out of range.
    """
    settled = setting.settle(scale, seed, regions, scenario)
    folder = Path(out)
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    world = worlds.build(settled)
    log = delivery.write(world, folder)
    facts = truth.build(world)
    facts["totals"] |= {"unreadable_amount": round(log.unreadable, 2), "unmatched_amount": round(log.unmatched, 2)}
    for name, content in facts.items():
        writers.write_json(content, folder / "truth" / f"{name}.json")
    writers.write_csv(log.frame(), folder / "truth" / "defects.csv", encoding="utf-8")
    codebooks.write(folder)
    described.write_refused(folder)
    described.write_readme(folder, settled, facts)
    return described.write_dataset(folder, settled, survey.invited(world.survey))
