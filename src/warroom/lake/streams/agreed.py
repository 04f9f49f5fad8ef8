"""What was agreed with a source: how its records are to be read when they come by themselves, and on what terms.

A mapping file of the operator's in `mappings/` of the home, SOURCE.toml; for one table SOURCE.TABLE.toml goes before
it. Without one, records name our columns themselves and no terms are stated.
"""

import re
from functools import lru_cache
from pathlib import Path

from warroom.errors import RecordsError
from warroom.home import Home
from warroom.records import mapping_file
from warroom.records.mapping import FileMapping
from warroom.records.plan import check_mapping
from warroom.records.tables import TABLES

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""A source that may come by itself: its name is also that of a file and a folder."""


def load_source_mapping(home: Home, source: str, table: str = "transfers") -> FileMapping:
    """The mapping of a source; raises RecordsError where its file, or the source's name, cannot be used."""
    if not NAME.fullmatch(source):
        raise RecordsError(f"'{source}' is no name of a source; use letters, digits, - and _, at most 64.")
    for name in (f"{source}.{table}.toml", f"{source}.toml"):
        path = home.mappings / name
        if path.exists():
            # The time of change is part of the cache's key: an edited mapping counts from the next push on.
            return _load_mapping_file(path, path.stat().st_mtime_ns, table)
    return FileMapping()


@lru_cache(maxsize=256)
def _load_mapping_file(path: Path, changed: int, table: str) -> FileMapping:
    """A mapping file as it was when it last changed."""
    mapping = mapping_file.load_mapping(path)
    check_mapping(TABLES[table], mapping)
    return mapping
