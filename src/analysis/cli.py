"""The ``rapport`` command."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from .core import words
from .core.errors import DataError, RapportError, SettingError

__all__ = ["app", "main"]

app = typer.Typer(
    name="rapport",
    help="From an analyst's own files to regional case-study reports. 从原始导出文件到区域案例报告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Language(StrEnum):
    """Languages of reports and messages."""

    zh = "zh"
    en = "en"


class Audience(StrEnum):
    """Who will read: internal shows organisation names, shared does not."""

    internal = "internal"
    shared = "shared"


class By(StrEnum):
    """Which column of the customers makes the regions."""

    region = "region"
    province = "province"
    city = "city"


class Log(StrEnum):
    """How progress is told."""

    text = "text"
    json = "json"


@app.command()
def run(
    dataset: Annotated[Path, typer.Argument(help="dataset.yaml")],
    data: Annotated[Path | None, typer.Option(help="folder of the source files, if not the dataset's own")] = None,
    region: Annotated[list[str] | None, typer.Option(help="only this region; may be repeated")] = None,
    brand: Annotated[list[str] | None, typer.Option(help="orders of this brand only; one run each")] = None,
    by: Annotated[By | None, typer.Option(help="what a region is; default: as the data set says")] = None,
    as_of: Annotated[str | None, typer.Option(help="cut-off date, YYYY-MM-DD")] = None,
    language: Annotated[Language | None, typer.Option(help="default: the dataset's")] = None,
    audience: Annotated[Audience, typer.Option()] = Audience.internal,
    out: Annotated[Path, typer.Option(help="folder of the reports")] = Path("reports"),
    jobs: Annotated[int, typer.Option(help="regions at a time; 0: one per core")] = 0,
    resume: Annotated[bool, typer.Option(help="keep what has not changed")] = False,
    only: Annotated[list[str] | None, typer.Option(help="only this notebook; may be repeated")] = None,
    notebooks: Annotated[Path | None, typer.Option(help="folder of your own copies of the notebooks")] = None,
    log: Annotated[Log, typer.Option(help="text, or one JSON object per line")] = Log.text,
) -> None:
    """Make regional reports from a data set."""
    told = language.value if language else None
    with _refusals(told, dataset, log=log):
        from .runs.batch import Options
        from .runs.batch import run as run_batch
        from .runs.progress import teller

        code = 0
        with teller(log.value, told) as tell:
            options = Options(
                data_dir=data, regions=region or (), language=told, audience=audience.value, out=out, jobs=jobs,
                resume=resume, only=only or (), notebooks_dir=notebooks, as_of=as_of, by=by.value if by else None,
                tell=tell,
            )  # fmt: skip
            for name in brand or (None,):
                outcome = run_batch(dataset, dataclasses.replace(options, brand=name))
                tell("done", index=str(outcome.index), regions=outcome.manifest["regions"])
                code = max(code, outcome.exit_code)
    raise typer.Exit(code)


@app.command()
def check(
    dataset: Annotated[Path, typer.Argument(help="dataset.yaml")],
    data: Annotated[Path | None, typer.Option(help="folder of the source files, if not the dataset's own")] = None,
    language: Annotated[Language | None, typer.Option()] = None,
) -> None:
    """Show data health on the terminal; nothing is written."""
    told = language.value if language else None
    with _refusals(told, dataset):
        from .runs.check import show

        show(dataset, data_dir=data, language=told)


@app.command()
def sample(
    out: Annotated[Path, typer.Argument(help="folder to write to")],
    scale: Annotated[float, typer.Option(help="1: 120 hospitals, 1,500 physicians, 900 pharmacies")] = 1.0,
    seed: Annotated[int | None, typer.Option()] = None,
    regions: Annotated[int, typer.Option()] = 3,
) -> None:
    """Write a synthetic data set with known truth."""
    told: dict[str, Any] = {"scale": scale, "regions": regions} | ({} if seed is None else {"seed": seed})
    with _refusals():
        from .data import sample as samples

        _refuse_to_overwrite(out / "dataset.yaml")
        typer.echo(samples.write(out, **told))


@app.command()
def init(
    out: Annotated[Path, typer.Argument(help="folder to write to")],
    source: Annotated[list[Path] | None, typer.Option("--from", help="one of your files; may be repeated")] = None,
    language: Annotated[Language, typer.Option(help="of the comments and the reports")] = Language.zh,
) -> None:
    """Write empty templates and a commented dataset.yaml, drafted from your files if given."""
    with _refusals():
        from .data import draft as drafts

        target = out / "dataset.yaml"
        _refuse_to_overwrite(target)
        for file in source or []:
            if not file.is_file():
                raise DataError("file_missing", file=file.name, folder=str(file.parent))
        # the sources of a dataset file are looked up from its own folder, not from where the command was typed
        text = drafts.draft([file.resolve() for file in source or []], folder=out, language=language.value)
        out.mkdir(parents=True, exist_ok=True)
        drafts.templates(out / "templates")
        target.write_text(text, encoding="utf-8")
        typer.echo(target)


@app.command()
def codebook(
    export: Annotated[Path, typer.Argument(help="survey export: csv or workbook, one column per question")],
    out: Annotated[Path, typer.Option("--out", "-o", help="file to write")] = Path("codebook.yaml"),
    sheet: Annotated[str | None, typer.Option(help="sheet of a workbook")] = None,
    wave: Annotated[str | None, typer.Option(help="name of the wave, such as 2025Q2")] = None,
    language: Annotated[Language, typer.Option(help="of the comments")] = Language.zh,
    force: Annotated[bool, typer.Option("--force", help="replace a file that is there")] = False,
) -> None:
    """Draft the codebook of a survey from its export: types, scales, options, barrier codes, for you to check."""
    with _refusals():
        from .data import codebook_draft

        _refuse_to_overwrite(out, force=force)
        text = codebook_draft.draft(export, sheet=sheet, language=language.value, wave=wave)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
        typer.echo(out)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(
    context: typer.Context,
    run: Annotated[Path | None, typer.Argument(help="dataset.yaml of a finished run; default: the sample")] = None,
    region: Annotated[str | None, typer.Option()] = None,
    language: Annotated[Language | None, typer.Option(help="of the explanations; default: the dataset's")] = None,
    browser: Annotated[bool, typer.Option(help="open a browser window")] = True,
) -> None:
    """Open JupyterLab on copies of the notebooks, one region's parameters filled in; the tutorial comes first.

    Further options go to JupyterLab.
    """
    told = language.value if language else None
    passed = list(context.args)
    if run is not None and str(run).startswith("-"):
        # an option for JupyterLab where no data set was named
        run, passed = None, [str(run), *passed]
    with _refusals(told, run):
        from .runs import lab as laboratory
        from .runs.places import ONE_THREAD, work_root

        folder = laboratory.prepare(run, region=region, language=told)
        first = laboratory.start_page(folder, told)
    # no news, no updates: nothing is fetched from anywhere
    quiet = ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    options = [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{first}", *quiet, *passed]
    # kernels start in the folder of their notebook; the runs lie in the work folder of this command
    environment = {**os.environ, **ONE_THREAD, "RAPPORT_WORK": str(work_root())}
    command = [sys.executable, "-m", "jupyterlab", *options, *([] if browser else ["--no-browser"])]
    raise typer.Exit(subprocess.call(command, env=environment))


def main() -> None:
    """Run the command."""
    app()


@contextmanager
def _refusals(language: str | None = None, dataset: Path | None = None, *, log: Log = Log.text) -> Iterator[None]:
    """Whatever the user can mend ends with one message and exit code 2, never with a traceback."""
    try:
        yield
    except RapportError as error:
        raise _refuse(error, _spoken(language, dataset), log) from None
    except OSError as error:
        if error.filename is None:
            raise
        told = SettingError("file_access", file=str(error.filename), reason=error.strerror or type(error).__name__)
        raise _refuse(told, _spoken(language, dataset), log) from None


def _refuse_to_overwrite(path: Path, *, force: bool = False) -> None:
    if path.exists() and not force:
        raise SettingError("exists", name=str(path))


def _refuse(error: RapportError, language: str, log: Log) -> typer.Exit:
    message = error.text(language)
    if log is Log.json:
        told: dict[str, Any] = {"event": "refused", "kind": type(error).__name__, "code": error.code}
        print(json.dumps(told | {"message": message}, ensure_ascii=False), file=sys.stderr)
    else:
        gap = "" if language == "zh" else " "
        print(words.text("cli.refused", language) + gap + message, file=sys.stderr)
    return typer.Exit(2)


def _spoken(told: str | None, dataset: Path | None) -> str:
    """The language told on the command line, else the data set's, else the terminal's."""
    from .data.dataset import stated_language

    stated = told or (stated_language(dataset) if dataset else None)
    if stated is not None or "RAPPORT_LANGUAGE" in os.environ:
        return stated or words.default_language()
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


if __name__ == "__main__":
    main()
