"""Posts as read: one row each, and what each is about. No author is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...core import checks
from ...core.result import Note
from ._codebook import compiled
from ._match import answers, stance
from ._publish import MIN_RESPONDENTS

__all__ = ["Posts", "read_posts"]


@dataclass(frozen=True, eq=False)
class Posts:
    """Posts read: one row per post, what each is about."""

    frame: pd.DataFrame
    about: pd.DataFrame
    notes: tuple[Note, ...]
    settings: dict[str, Any]


def read_posts(posts: pd.DataFrame | None, codebook: Any, dictionary: Any, language: str) -> Posts | None:
    if posts is None or not len(posts):
        return None
    checks.columns(posts, ["feedback_id", "date", "text"], name="posts")
    matcher = compiled(codebook, dictionary, language)
    frame = posts[[c for c in ("feedback_id", "date", "channel", "text") if c in posts.columns]].copy()
    frame["feedback_id"], frame["date"] = frame["feedback_id"].astype(str), pd.to_datetime(frame["date"])
    dated = frame[frame["date"].notna()].drop_duplicates("feedback_id").set_index("feedback_id")
    kept, _, _ = answers(dated["text"], name="posts")
    codes = stance(matcher, kept) != 0
    themes = [t for t, kind in matcher.kinds.items() if codebook is not None or kind == "topic"]
    about = codes[[t for t in themes if codes[t].sum() >= MIN_RESPONDENTS]]
    about = about[sorted(about.columns, key=lambda t: (-int(about[t].to_numpy().sum()), t))]
    same = int(kept.duplicated().sum())
    notes = [Note("feedback_base", {"n": len(kept), "none": int((~codes[themes].any(axis=1)).sum())})]
    if same:
        notes.append(Note("feedback_same", {"n": same, "share": same / len(kept)}))
    settings = {"language": language, "themes": list(about.columns), "posts": len(kept)}
    return Posts(dated.loc[kept.index], about, tuple(notes), settings)
