"""One notebook through papermill, in a kernel of this interpreter."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client import AsyncKernelManager
from jupyter_core.paths import jupyter_runtime_dir
from papermill.exceptions import PapermillExecutionError

from . import places

__all__ = ["NotebookError", "environment", "execute"]


class NotebookError(Exception):
    """A cell raised: its error as the notebook's reader should see it."""

    def __init__(self, name: str, cell: int, kind: str, message: str) -> None:
        super().__init__(f"{name}, cell {cell}: {kind}: {message}")
        self.name, self.cell, self.kind, self.message = name, cell, kind, message


class _Kernel(AsyncKernelManager):
    # Unix sockets: no port races between regions, no warning about unencrypted TCP
    transport = "tcp" if sys.platform == "win32" else "ipc"

    def _ip_default(self) -> str:
        # by default the sockets would be called kernel-ipc-1 … in the working folder, the same for every region
        if self.transport == "tcp":
            return super()._ip_default()
        return str(Path(jupyter_runtime_dir()) / f"k{uuid.uuid4().hex[:8]}")


def environment(language: str, runtime: Path) -> dict[str, str]:
    """Environment of a worker process and its kernels; connection files go to the ``runtime`` folder.

    BLAS and OpenMP run at one thread, so that results do not depend on the number of cores;
    kernels are those of this interpreter, whatever kernel a user has registered elsewhere.
    """
    return {
        **os.environ,
        **places.ONE_THREAD,
        "RAPPORT_LANGUAGE": language,
        # code that could make a widget gives the plain result instead
        "RAPPORT_RUNNER": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
        # Unix socket paths are limited to about 100 characters, so the folder must not be deep
        "JUPYTER_RUNTIME_DIR": str(runtime),
        # no start-up scripts of the user, and no history file that kernels side by side wait for
        "IPYTHONDIR": str(runtime / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "TZ": "UTC",
    }


def execute(source: Path, target: Path, parameters: dict[str, Any]) -> nbformat.NotebookNode:
    """Run one notebook and keep the executed copy.

    Parameters
    ----------
    source : Path
        The notebook.
    target : Path
        Where the executed copy goes, also when it fails.
    parameters : dict
        Checked beforehand (`runs.parameters`).

    Raises
    ------
    NotebookError
        When a cell raises or the kernel dies.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        notebook = papermill.execute_notebook(
            str(source),
            str(target),
            parameters=parameters,
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernel_manager_class=_Kernel,
            shutdown_kernel="immediate",
        )
    except PapermillExecutionError as error:
        raise NotebookError(source.stem, int(error.exec_count or 0), error.ename, error.evalue) from error
    except Exception as error:  # a dead kernel comes as one of several classes of nbclient and jupyter_client
        raise NotebookError(source.stem, 0, type(error).__name__, str(error)[:300]) from error
    _strip(notebook)
    nbformat.write(notebook, target)
    return notebook


def _strip(notebook: nbformat.NotebookNode) -> None:
    """Take out clocks and paths of this machine, so that two runs give the same file."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
