"""The folder of everything partners send: one folder a partner, a manifest in each, and one for the whole."""

import json
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from warroom_lab.world.delivery.dirt import PartnerFile
from warroom_lab.world.delivery.flaws import FaultyRow
from warroom_lab.world.delivery.partners import PACS, get_terms, make_sheet
from warroom_lab.world.delivery.texts import CsvSheet

MANIFEST = "manifest.json"
FIRST = ("holders", "accounts", "balances")
"""What a person who reads a manifest wants to see first."""


class PartnerFolders:
    """A folder that is being filled. `about`: what its manifests say of the country."""

    def __init__(self, path: Path, seed: int, about: Mapping[str, object]) -> None:
        self.path, self.seed, self.about = path, seed, about
        self._feeds: dict[tuple[str, str], PartnerFile] = {}
        self._columns: dict[str, list[str]] = {}

    def open_file(self, partner: str, name: str, table: str) -> PartnerFile:
        """The file `name` of a partner, of rows of `table`."""
        if (partner, name) not in self._feeds:
            folder = self.path / partner.lower()
            folder.mkdir(parents=True, exist_ok=True)
            sheet = make_sheet(partner, table, folder / f"{partner.lower()}-{name}", other=name != table)
            # A pacs.008 message is made by a machine: it has no typing errors that are corrected a day later.
            by_hand = name == "transfers" and partner not in PACS
            self._feeds[partner, name] = PartnerFile(partner, table, sheet, self.seed, typed_by_hand=by_hand)
        return self._feeds[partner, name]

    def add_rows(self, partner: str, table: str, rows: pa.Table, name: str | None = None) -> None:
        """Append rows to a partner's file of a table."""
        if rows.num_rows:
            feed = self.open_file(partner, name or table, table)
            self._columns[feed.sheet.path.name] = rows.column_names
            feed.add_rows(rows)

    def count_rows(self) -> dict[str, int]:
        """How many rows of each table were written, faulty ones included."""
        counts: dict[str, int] = {}
        for feed in self._feeds.values():
            counts[feed.table] = counts.get(feed.table, 0) + feed.sheet.rows
        return dict(sorted(counts.items()))

    def abandon(self) -> None:
        """Let go of all files, finished or not."""
        for feed in self._feeds.values():
            feed.abandon()

    def finish_files(self) -> list[FaultyRow]:
        """Close all files and write the manifests; returns every faulty row, in the order of files and lines."""
        for feed in self._feeds.values():
            feed.close()
        entries: dict[str, list[dict[str, object]]] = {}
        for (partner, _), feed in sorted(self._feeds.items(), key=_rank_file):
            entries.setdefault(partner.lower(), []).append(self._make_entry(feed))
        for name, files in entries.items():
            _write_json(self.path / name / MANIFEST, {**self.about, "files": files})
        whole = [_prefix_paths(name, entry) for name, files in entries.items() for entry in files]
        _write_json(self.path / MANIFEST, {**self.about, "files": whole})
        dirt = [faulty_row for feed in self._feeds.values() for faulty_row in feed.dirt]
        return sorted(dirt, key=lambda row: (row.file, row.line))

    def _make_entry(self, feed: PartnerFile) -> dict[str, object]:
        file = feed.sheet.path
        entry = {
            "table": feed.table,
            "file": file.name,
            "source": feed.partner,
            **get_terms(feed.partner).to_entry(),
        }
        if isinstance(feed.sheet, CsvSheet) and feed.sheet.dialect.names:
            mapping = file.with_suffix(".toml")
            mapping.write_text(feed.sheet.dialect.render_mapping(self._columns[file.name]), encoding="utf-8")
            entry["mapping"] = mapping.name
        return entry


def _rank_file(item: tuple[tuple[str, str], PartnerFile]) -> tuple[str, int, str]:
    (partner, name), feed = item
    return partner.lower(), FIRST.index(feed.table) if feed.table in FIRST else len(FIRST), name


def _prefix_paths(folder: str, entry: dict[str, object]) -> dict[str, object]:
    return {key: f"{folder}/{value}" if key in ("file", "mapping") else value for key, value in entry.items()}


def _write_json(path: Path, tree: Mapping[str, object]) -> None:
    path.write_text(json.dumps(tree, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
