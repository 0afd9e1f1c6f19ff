"""What an interactive session needs to look right: a font that has Han, sharp figures."""

from __future__ import annotations

import sys

__all__ = ["interactive", "prepare"]


def interactive() -> bool:
    """Whether this runs in a kernel or an IPython shell."""
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def prepare(language: str) -> None:
    """Set the product's look for the figures of this session; nothing outside a kernel.

    Figures of the package bring their own look; this is for those that an analyst
    draws by hand, where Chinese would come out as empty boxes.
    """
    if not interactive():
        return
    import matplotlib as mpl
    from matplotlib_inline import backend_inline

    from ..figures import style

    mpl.rcParams.update(style.parameters(language))
    backend_inline.set_matplotlib_formats("retina")
