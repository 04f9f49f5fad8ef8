"""Every way out, listed from the code: nothing above its mark leaves for any partner role, and a revocation reaches what left."""

import ast
import inspect
import json
import textwrap
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from typing import get_args

import pytest
from fastapi.routing import iter_route_contexts

from tests.exchange.pdf import words
from tests.exchange.standards.test_reports import SCHEMA
from tests.partners.readers import register_readers
from tests.web.conftest import Night, Visitor
from warroom.access.agencies import add_agency
from warroom.bilingual.texts import Texts
from warroom.cases.decisions.cases import state_purpose
from warroom.cli.app import COMMANDS
from warroom.errors import NotFound, NotPossible
from warroom.exchange.collections import decisions, queries
from warroom.exchange.collections.limits import TO_MARK
from warroom.exchange.collections.views import ObjectQuery
from warroom.exchange.export_case import NAMES, CaseExport, export_case
from warroom.exchange.standards import stix
from warroom.exchange.standards.exports import EXPORTS
from warroom.exchange.standards.record import TLP_LEVELS, TlpLevel
from warroom.exchange.standards.stix_types import make_own_id
from warroom.orders.views import About
from warroom.partners.decisions import sharing
from warroom.partners.leaving import WayOut, check_words, open_way
from warroom.partners.marks import HIGHEST_BY_ROLE, RANKS
from warroom.partners.views import (
    LEAVING_KINDS,
    MESSAGE_KINDS,
    PARTNER_ROLES,
    TLP_MARKS,
    FieldView,
    LeavingKind,
    PartnerRole,
    TlpMark,
)
from warroom.web.chart.pages import PAPERS
from warroom.web.doors.access_table import ROUTERS, build_access_table

# Gated: these ask for the partner, its agreement and the marks; the walks below go through each.
DOWNLOADS = {"GET /cases/{number}/chart/file/{form}": "walked"}
STANDARD_NAMES = {
    *("stix", "misp", "case", "amlo", "goaml", "graphml", "ftm", "nodes-csv", "ties-csv"),
}
PAPER_NAMES = {"pdf", "svg", "png"}
# Files for this room's own officers and the courts: no partner is named, and decision 71 says so.
OWN_FILES = {
    "GET /appeals/{appeal_id}/receipt",
    "GET /briefing.pdf",
    "GET /campaigns/{campaign_id}/messages/{number}",
    "GET /public-reports/{report_id}/files/{submission}/{place}",
    "GET /sites/{site:path}/paper",
    "GET /subjects/{kind}/{name:path}/dossier",
    "POST /api/v1/cases/{number}/bundle",
}
TAXII = "/taxii2/room/collections/{collection}"
OBJECT_READS = {
    f"GET {TAXII}/manifest/",
    f"GET {TAXII}/objects/",
    f"GET {TAXII}/objects/{{object_id}}/",
    f"GET {TAXII}/objects/{{object_id}}/versions/",
}
"""Reads of objects; each asks `collections.queries._load_page`, which is walked."""
OTHER_READS = {
    "GET /taxii2/",
    "GET /taxii2/room/",
    "GET /taxii2/room/collections/",
    f"GET {TAXII}/",
    "GET /taxii2/room/status/{receipt}/",
}
PARTNER_COMMANDS = {"export", "collection"}
OWN_COMMANDS = {
    *("audit", "backup", "bench", "briefing", "clock", "demo", "doctor", "evaluate", "evidence", "forecast"),
    *("import", "ingest", "lake", "law", "lessons", "names", "officer", "partner", "plan", "public-card"),
    *("quarantine", "restore", "serve", "signals", "stream", "subjects", "trace", "world"),
}
"""Commands that give a partner nothing of a case: they read for the person at the machine, or take in."""
PLANTED: dict[TlpMark, tuple[str, str]] = {
    "clear": ("B01", "0001447101"),
    "green": ("B07", "0007902023"),
    "amber": ("B01", "0001118854"),
    "amber-strict": ("B11", "0011661277"),
    "red": ("B02", "0002220766"),
}
"""Accounts of the case, each under its own mark in the register."""
WORDS: tuple[LeavingKind, ...] = ("order", "ask")
TO_LEVEL = {mark: level for level, mark in TO_MARK.items()}


def iter_downloads() -> Iterator[str]:
    """Every page or part of the interface whose own function, or one that it calls in its module, gives a file."""
    for name in ROUTERS:
        for router in import_module(name).ALL:
            for route in iter_route_contexts(router.routes):
                endpoint = getattr(route, "endpoint", None)
                if endpoint and _gives_file(endpoint):
                    for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
                        yield f"{method} {route.path}"


def _gives_file(endpoint: Callable[..., object]) -> bool:
    module = inspect.getmodule(endpoint)
    assert module is not None
    seen: set[Callable[..., object]] = set()
    waiting = [endpoint]
    while waiting:
        source = textwrap.dedent(inspect.getsource(waiting.pop()))
        if "content-disposition" in source:
            return True
        for node in ast.walk(ast.parse(source)):
            called = getattr(module, node.id, None) if isinstance(node, ast.Name) else None
            if inspect.isfunction(called) and called.__module__ == module.__name__ and called not in seen:
                seen.add(called)
                waiting.append(called)
    return False


def test_no_way_out_is_missing_from_this_walk() -> None:
    assert set(NAMES) == STANDARD_NAMES == {export.name for export in EXPORTS} | {"amlo", "goaml"}
    assert set(PAPERS) == PAPER_NAMES
    assert set(iter_downloads()) == set(DOWNLOADS) | OWN_FILES
    assert LEAVING_KINDS == ("chart", "collection", "order", "ask")
    # Objects of the register pass the gate in test_marks; the others carry words, which are walked, or no field.
    assert set(MESSAGE_KINDS) == {"share", "revoke", "revoke-kept", "request", "request-reply"}
    assert set(get_args(About)) == {"hold", "measure", "request", "incoming", "payment"}
    keyed = {line for line, who in build_access_table().items() if "key:taxii:read" in who}
    assert keyed == OBJECT_READS | OTHER_READS
    assert set(COMMANDS) == PARTNER_COMMANDS | OWN_COMMANDS


class Register:
    """A case with five accounts, each in the register under its own mark, and a partner of every role."""

    def __init__(self, night: Night) -> None:
        self.night, self.ledger = night, night.ledger
        self.taker = night.officer("ines", "investigator", "officer")
        self.sender = night.officer("lia", "liaison")
        night.case()
        self.codes: dict[PartnerRole, str] = {role: f"P-{role[:6].upper()}" for role in PARTNER_ROLES}
        for role, code in self.codes.items():
            add_agency(self.ledger, None, code, Texts(code, code), "other", "TH")
            register_readers(night, code, role=role, mark="red")
        state_purpose(self.ledger, self.taker, "C-1", "investigation", "The walk of marks")

    def plant(self) -> dict[TlpMark, int]:
        return {
            mark: sharing.prepare_object(
                self.ledger,
                self.taker,
                "lead",
                "fraud",
                [FieldView("account", f"{bank}:{number}", mark, False)],
                f"plant-{mark}",
            )
            for mark, (bank, number) in PLANTED.items()
        }

    def export(self, standard: str, level: TlpLevel, *partners: str) -> CaseExport:
        return export_case(
            self.ledger,
            self.night.lake,
            self.taker,
            "C-1",
            standard,
            mark=level,
            partners=partners,
            schema=SCHEMA,
            codes=("entity=42",),
        )


@pytest.fixture
def register(night: Night) -> Register:
    return Register(night)


def list_leaks(content: bytes | str, limit: TlpMark, *, named: bool = False) -> list[str]:
    """Planted accounts above a mark that stand in what left. RED needs its recipient named, which no plant does."""
    text = content if isinstance(content, str) else content.decode(errors="replace")
    return [
        mark
        for mark, (_, number) in PLANTED.items()
        if number in text and (RANKS[mark] > RANKS[limit] or (named and mark == "red"))
    ]


def test_every_standard_for_every_role_and_level_keeps_what_is_marked_closer(register: Register) -> None:
    register.plant()
    for role, level in product(PARTNER_ROLES, TLP_LEVELS):
        mark, code = TO_MARK[level], register.codes[role]
        if RANKS[mark] > RANKS[HIGHEST_BY_ROLE[role]]:
            with pytest.raises(NotPossible, match="closer than"):
                register.export("stix", level, code)
            continue
        for standard in NAMES:
            export = register.export(standard, level, code)
            assert list_leaks(export.content, mark, named=True) == [], (standard, role, level)
            assert export.withheld == sum(RANKS[other] > RANKS[mark] or other == "red" for other in TLP_MARKS)
            # What may leave does: the gate is no wall.
            if standard == "stix":
                assert PLANTED["clear"][1] in export.content.decode()


def test_without_a_partner_the_level_alone_limits_every_standard(register: Register) -> None:
    register.plant()
    for standard, level in product(NAMES, TLP_LEVELS):
        content = register.export(standard, level).content
        assert list_leaks(content, TO_MARK[level]) == [], (standard, level)
    assert PLANTED["red"][1] in register.export("stix", "red").content.decode()


def test_every_download_of_a_chart_keeps_what_is_marked_closer(
    register: Register, enter: Callable[..., Visitor]
) -> None:
    register.plant()
    anna = enter("anna")
    for form, (role, code) in product(
        (*PAPERS, *(export.name for export in EXPORTS)), register.codes.items()
    ):
        limit = HIGHEST_BY_ROLE[role]
        if form == "pdf" and role not in ("pool", "bank"):
            continue  # two limits are enough of what takes a second to set
        answer = anna.get(f"/cases/C-1/chart/file/{form}?mark={limit}&partner={code}")
        assert answer.status_code == 200, answer.text
        assert int(answer.headers["x-withheld"]) > 0
        said = words(answer.content) if form == "pdf" else answer.text if form != "png" else ""
        assert list_leaks(said, limit, named=True) == [], (form, role)
    assert anna.get("/cases/C-1/chart/file/stix?mark=amber&partner=P-POOL").status_code == 409
    assert anna.get("/cases/C-1/chart/file/stix?mark=ultra").status_code == 409


def test_collections_keep_from_each_reader_what_was_marked_closer_since(register: Register) -> None:
    for role, code in register.codes.items():
        limit = HIGHEST_BY_ROLE[role]
        level = TO_LEVEL[limit]
        decisions.add_collection(register.ledger, None, role, role, readers=(code,), mark=level)
        export = register.export("stix", level, code)
        objects = list(stix.iter_objects(export.record))
        decisions.publish_objects(register.ledger, register.taker, role, objects, level, "C-1")
        assert list_leaks(read_collection(register, role, code), "red") == []
        assert PLANTED["red"][1] in read_collection(register, role, code)
    register.plant()
    for role, code in register.codes.items():
        limit = HIGHEST_BY_ROLE[role]
        assert list_leaks(read_collection(register, role, code), limit, named=True) == [], role
        # An identifier follows from the number it names: what refers to it stays too.
        kept = json.dumps(
            [
                row.id
                for row in queries.list_manifest(register.ledger, role, code, ObjectQuery(limit=1_000)).rows
            ]
        )
        for mark, (bank, number) in PLANTED.items():
            if RANKS[mark] > RANKS[limit] or mark == "red":
                own_id = make_own_id("bank-account", f"{bank}/{number}")
                assert own_id not in kept
                assert own_id not in read_collection(register, role, code)


def read_collection(register: Register, name: str, code: str) -> str:
    page = queries.list_objects(register.ledger, name, code, ObjectQuery(limit=1_000))
    return "\n".join(row.content for row in page.rows)


def test_a_reader_without_an_agreement_in_force_gets_nothing(register: Register) -> None:
    add_agency(register.ledger, None, "P-NEW", Texts("P", "P"), "other", "TH")
    decisions.add_collection(register.ledger, None, "new", "new", readers=("P-NEW",))
    with pytest.raises(NotFound):
        read_collection(register, "new", "P-NEW")
    with pytest.raises(NotFound):
        register.export("stix", "green", "P-NEW")


def test_what_an_agreement_does_not_name_does_not_leave(register: Register) -> None:
    add_agency(register.ledger, None, "P-FEW", Texts("P", "P"), "other", "TH")
    register_readers(register.night, "P-FEW", role="agency", kinds=("account",))
    record = register.export("stix", "amber", "P-FEW").record
    assert {thing.kind for thing in record.things} == {"account"}
    assert (record.payments, record.holds) == ((), ())


def test_words_of_letters_requests_and_answers_say_nothing_above_the_mark(register: Register) -> None:
    register.plant()
    for (role, code), kind in product(register.codes.items(), WORDS):
        limit = HIGHEST_BY_ROLE[role]
        for mark, (bank, number) in PLANTED.items():
            text = f"Please look at account {number[:4]}-{number[4:]} of {bank}."
            with register.ledger.open_session() as session:
                if RANKS[mark] <= RANKS[limit] and mark != "red":
                    check_words(session, kind, "1", code, (text,), register.night.now)
                    continue
                with pytest.raises(NotPossible, match="its mark keeps from"):
                    check_words(session, kind, "1", code, (text,), register.night.now)


def test_every_role_agreement_and_level_meet_in_one_limit(register: Register) -> None:
    register.plant()
    for role, agreed in product(PARTNER_ROLES, TLP_MARKS):
        code = f"A-{role[:4]}-{RANKS[agreed]}".upper()
        add_agency(register.ledger, None, code, Texts(code, code), "other", "TH")
        register_readers(register.night, code, role=role, mark=agreed)
        limit = min(HIGHEST_BY_ROLE[role], agreed, key=RANKS.__getitem__)
        for level in TLP_MARKS:
            with register.ledger.open_session() as session:
                if RANKS[level] > RANKS[limit]:
                    with pytest.raises(NotPossible):
                        open_way(session, WayOut(level, code), register.night.now)
                    continue
                way = open_way(session, WayOut(level, code), register.night.now)
            for mark, (_, number) in PLANTED.items():
                assert way.is_withheld(number) == (RANKS[mark] > RANKS[level] or mark == "red")


def test_a_revocation_reaches_everything_that_left(register: Register) -> None:
    planted = register.plant()
    bank = register.codes["bank"]
    decisions.add_collection(register.ledger, None, "shared", "shared", readers=(bank,))
    export = register.export("stix", "amber", bank)
    decisions.publish_objects(
        register.ledger, register.taker, "shared", list(stix.iter_objects(export.record)), "amber", "C-1"
    )
    register.export("misp", "amber", register.codes["ngo"])
    register.export("misp", "clear", register.codes["pool"])
    number = PLANTED["amber"][1]
    assert number in read_collection(register, "shared", bank)
    sharing.send_object(register.ledger, register.sender, planted["amber"], bank, "Memorandum")
    sharing.revoke_object(register.ledger, register.sender, planted["amber"], "Wrong account")
    assert number not in read_collection(register, "shared", bank)
    # Whom it went to whole is named to the officer, and the pool that never got it is not.
    left = register.night.sql(
        "SELECT kind, partner, recalled_at IS NOT NULL FROM partner_leavings ORDER BY id"
    )
    assert [tuple(row) for row in left] == [
        ("chart", bank, True),
        ("collection", bank, True),
        ("chart", register.codes["ngo"], True),
        ("chart", register.codes["pool"], False),
    ]
