"""A folder of files with a manifest.json that says what each of them is.

    {"files": [{"table": "transfers", "file": "jan.csv", "mapping": "bank-a.toml", "source": "BANKA",
                "partner": "...", "legal_basis": "...", "purpose": "...",
                "retention_until": "2027-06-30T00:00:00+07:00", "retention_days": 365, "backfill": false, "again": false}]}

The list may also stand alone. `mapping` is a file beside the manifest, or the mapping itself, shaped as its
TOML.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from warroom import clock
from warroom.errors import RecordsError
from warroom.lake.terms import IngestJob, merge_terms
from warroom.records import mapping_file
from warroom.records.mapping import DeliveryTerms, FileMapping

_TERMS = ("partner", "legal_basis", "purpose", "retention_until", "retention_days", "backfill")
_KEYS = ("table", "file", "mapping", "source", "again", *_TERMS)


def read_manifest_jobs(
    folder: Path, source: str | None = None, terms: DeliveryTerms | None = None, *, again: bool = False
) -> list[IngestJob]:
    """The jobs of a folder; `source` and `terms` go before what the manifest says.

    Raises RecordsError where the manifest is not there, is no JSON, or names what does not exist.
    """
    path = folder / "manifest.json"
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise RecordsError("files.manifest-unread", path=path, problem=problem.strerror) from None
    except ValueError as problem:
        raise RecordsError("files.manifest-json", path=path, problem=problem) from None
    entries = tree.get("files") if isinstance(tree, dict) else tree
    if not isinstance(entries, list) or not entries:
        raise RecordsError("files.manifest-empty", path=path)
    jobs = [_make_job(folder, entry, path, source, terms) for entry in entries]
    return [replace(job, allow_known_file=again or job.allow_known_file) for job in jobs]


def _make_job(
    folder: Path, entry: Any, manifest: Path, source: str | None, terms: DeliveryTerms | None
) -> IngestJob:
    if not isinstance(entry, dict) or not {"table", "file"} <= entry.keys():
        raise RecordsError("files.manifest-entry", path=manifest)
    unknown = [key for key in entry if key not in _KEYS]
    if unknown:
        raise RecordsError("files.manifest-key", path=manifest, key=unknown[0], known=", ".join(_KEYS))
    own = _parse_terms({key: entry[key] for key in _TERMS if key in entry}, manifest)
    mapping = _load_mapping(folder, entry.get("mapping"))
    given = merge_terms(terms, replace(mapping, terms=merge_terms(own, mapping)))
    return IngestJob(
        entry["table"],
        folder / entry["file"],
        mapping,
        source or entry.get("source"),
        given,
        entry.get("again") is True,
    )


def _load_mapping(folder: Path, given: Any) -> FileMapping:
    if given is None:
        return FileMapping()
    return (
        mapping_file.parse_mapping_json(json.dumps(given))
        if isinstance(given, dict)
        else mapping_file.load_mapping(folder / given)
    )


def _parse_terms(given: dict[str, Any], manifest: Path) -> DeliveryTerms:
    until = given.pop("retention_until", None)
    try:
        return DeliveryTerms(**given, retention_until=clock.parse_instant(until) if until else None)
    except AttributeError:
        raise RecordsError("files.manifest-retention", path=manifest) from None
