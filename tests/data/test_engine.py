from __future__ import annotations

from analysis.data import engine


def test_nothing_is_ever_downloaded_or_loaded() -> None:
    names = ("autoinstall_known_extensions", "autoload_known_extensions")
    values = engine.connect().raw_sql(f"SELECT {', '.join(f'current_setting({n!r})' for n in names)}").fetchone()
    assert values == (False, False)


def test_one_engine_per_process_with_limits() -> None:
    assert engine.connect() is engine.connect()
    limit, folder = (
        engine.connect().raw_sql("SELECT current_setting('memory_limit'), current_setting('temp_directory')").fetchone()
    )
    assert limit == "1.1 GiB"
    assert "rapport-" in folder
