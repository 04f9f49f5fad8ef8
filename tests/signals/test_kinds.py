"""A kind of signal is a folder and a line in a registry: no other file asks for one by its name."""

import re
from functools import cache
from pathlib import Path

import pytest

import warroom
from warroom.errors import SignalError
from warroom.sentences.catalogue import list_words
from warroom.signals.kind import SignalKind
from warroom.signals.kinds import FIRST, SIGNAL_KINDS, find_kind
from warroom.signals.techniques.tags import load_techniques
from warroom.subjects.kinds import KINDS as SUBJECTS

SOURCE = Path(warroom.__file__).parent
every_kind = pytest.mark.parametrize("kind", SIGNAL_KINDS, ids=lambda kind: kind.name)
TABLES_TOO = {
    "messages": {
        "public/campaigns/counting.py",
        "public/campaigns/publication.py",
        "public/campaigns/views.py",
        "public/publishing.py",
        "records/tables/telecom.py",
        "room/lookup/search.py",
        "web/files/pages.py",
        "web/public/alert_pages.py",
        "web/public/feed.py",
        "web/public/receipt_pages.py",
    },
    "adverts": {
        "networks/layered_graph.py",
        "public/campaigns/counting.py",
        "public/campaigns/views.py",
        "records/tables/public.py",
        "room/lookup/search.py",
        "sites/dossier.py",
        "web/files/pages.py",
        "web/templates/advert.html",
    },
    "domains": {"records/tables/telecom.py", "signals/messages/run.py", "web/files/pages.py"},
}
"""Files that write the same word and mean a table of records, a campaign's source, an alert's messages or a heading. It only shrinks."""


@cache
def sources() -> dict[str, str]:
    """Every file of the program that could ask for a kind, by its path."""
    return {
        str(path.relative_to(SOURCE)): path.read_text("utf-8")
        for path in sorted(SOURCE.rglob("*"))
        if path.suffix in (".py", ".html", ".sql", ".svg") and "node_modules" not in path.parts
    }


def is_of_kind(path: str, kind: SignalKind) -> bool:
    """Whether a file is the kind's own: in its folder, or named after it among the commands and the pages."""
    parts = Path(path).with_suffix("").parts
    return kind.name in parts and parts[0] in ("signals", "cli", "web")


@every_kind
def test_no_other_file_asks_for_a_kind_by_its_name(kind: SignalKind) -> None:
    written = re.compile(rf"""["']{kind.name}["']""")
    found = {path for path, text in sources().items() if not is_of_kind(path, kind) and written.search(text)}
    assert found == TABLES_TOO.get(kind.name, set())


@every_kind
def test_outside_its_folder_a_kind_is_a_line_of_the_registry_and_its_words(kind: SignalKind) -> None:
    registry = (SOURCE / "signals/kinds.py").read_text("utf-8")
    assert f"    {kind.name.upper()},\n" in registry
    words = (SOURCE / f"sentences/{area}.toml" for area in ("triage", "health"))
    catalogue = [re.search(rf"^\[?{kind.name}\b", path.read_text("utf-8"), re.MULTILINE) for path in words]
    assert 1 + sum(line is not None for line in catalogue) <= 3


@every_kind
def test_a_kind_declares_what_its_readers_need(kind: SignalKind) -> None:
    assert kind.subject in SUBJECTS
    assert set(kind.techniques) <= load_techniques().keys()
    assert bool(kind.day_step) == bool(kind.day_table)
    assert kind.name in list_words("triage.signal-label")
    if not kind.own_pages:
        assert kind.name in list_words("triage.signal-heading")
        page = SOURCE / f"web/templates/signals/{kind.name}.html"
        assert kind.subject == "account" or page.exists()


def test_kinds_are_told_apart_by_name_by_source_and_by_day_step() -> None:
    for values in ([kind.name for kind in SIGNAL_KINDS], [kind.source for kind in SIGNAL_KINDS]):
        assert len(set(values)) == len(SIGNAL_KINDS)
    steps = [kind.day_step for kind in SIGNAL_KINDS if kind.day_step]
    assert len(set(steps)) == len(steps)
    assert set(list_words("triage.signal-label")) == {kind.name for kind in SIGNAL_KINDS}


def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    assert find_kind(FIRST.name) is FIRST
    with pytest.raises(SignalError, match="choose one of mules, adverts, messages, domains"):
        find_kind("nonsense")
