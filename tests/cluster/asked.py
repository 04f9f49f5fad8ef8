"""Everything the program asks of bulk tables, each as one question to a lake, and how its answer is compared."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from tests.money.lakes import START
from tests.web.trails import golden_hour
from warroom import clock
from warroom.cases import reports, resting, transfers
from warroom.cli.names import list_companies
from warroom.deliveries import queries as corrections
from warroom.deliveries.views import CorrectionView
from warroom.incoming import estimate, intake
from warroom.lake import view
from warroom.lake.lake import Lake
from warroom.lake.typed_filter import filter_equal
from warroom.money.index import returning, selection
from warroom.money.index.opening import open_index
from warroom.money.question import TraceQuestion
from warroom.money.trace.candidates import Candidates
from warroom.money.trail import BankAccount, TracedTransfer
from warroom.networks import grounds, known, layered_graph
from warroom.networks.shapes import MONEY, Network, NetworkNode, NetworkTie, TieTransfer
from warroom.payee import frontier
from warroom.payee import known as payees
from warroom.payee.digests import Digests
from warroom.public import banks, matching
from warroom.public.campaigns import areas
from warroom.public.campaigns import counting as rising
from warroom.records.table import COMMON
from warroom.records.tables import TABLES
from warroom.room.lookup.readings import iter_readings
from warroom.room.map import counting, line_page
from warroom.signals import store
from warroom.signals.adverts.advert import list_adverts
from warroom.signals.domains import run as domains
from warroom.signals.messages import run as messages
from warroom.sites import dossier, holders, load, network, relations, suspected
from warroom.sites.gazetteer import load_gazetteer
from warroom_lab.mules import parity

SOON = START + timedelta(minutes=20)
LATER = START + timedelta(days=9)
DAYS = (date(2026, 10, 2), date(2026, 10, 3))
NAMES = [f"X{number}" for number in range(1, 12)]
AMOUNTS = [Decimal(1), Decimal(100), Decimal(1_000)]
Ask = Callable[[Lake], Any]


def plain(answer: Any) -> Any:
    """An answer that can be compared: all rows of a table, with their types, in an order of their own."""
    if isinstance(answer, ibis.Table):
        answer = answer.to_pyarrow()
    if isinstance(answer, pa.Table):
        rows = [tuple(row.values()) for row in answer.to_pylist()]
        return [(field.name, field.type) for field in answer.schema], sorted(rows, key=repr)
    return list(answer) if isinstance(answer, Iterator) else answer


def a_case() -> Network:
    """Two accounts and some things of the country, tied by two of its transfers."""
    moves = (
        TieTransfer(START, 10_000, 10_000, "S1", "X3"),
        TieTransfer(START + timedelta(days=3), 500, 0, "S2", "X20"),
    )
    nodes = [NetworkNode("account", f"{bank}/X{n}") for bank in ("X1", "X2") for n in range(1, 10)]
    nodes += [NetworkNode("holder", "X3"), NetworkNode("advert", "X4"), NetworkNode("premises", "X5")]
    tie = NetworkTie(nodes[0].id, nodes[1].id, MONEY, moves[0].time, moves[1].time, moves)
    return Network(LATER, {node.id: node for node in nodes}, {tie.id: tie})


def _layered_graph(lake: Lake) -> Any:
    """Every tie of the graph of subjects with its first records, and the grounds in it, those on trails of reports too."""
    graph = layered_graph.build_layered_graph(lake, LATER)
    listed = grounds._load_listed(lake, LATER), grounds._load_reported_transfers(lake, LATER)
    return (
        [
            (graph.subjects[start], graph.subjects[end], sorted(graph.list_tie_records(tie)))
            for tie, (start, end) in enumerate(zip(graph.start, graph.end, strict=True))
        ],
        listed,
        sorted(grounds.iter_trail_accounts(lake, LATER, Candidates(lake.home, lake))),
    )


def _correction() -> CorrectionView:
    """Three rows of transfers that an officer's file would change."""
    said = {
        "file": "one.csv",
        "table": "transfers",
        "source": "S1",
        "legal_basis": "reports",
        "purpose": "tracing",
    }
    ended = {"decided_by": "", "decided_at": None, "reason": "", "delivery_id": ""}
    return CorrectionView(
        id=1, count=3, officer="Anna", mine=False, at=START, state="waiting", **said, **ended
    )


def _corrected(lake: Lake) -> pa.Table:
    rows = (
        view.filter_by_values(lake.query_rows("transfers", LATER), "record_id", ["X1", "X2", "X3"])
        .order_by("record_id")
        .to_pyarrow()
    )
    names = ["record_id", *(column.name for column in TABLES["transfers"].columns)]
    ones = pa.array([Decimal(1)] * rows.num_rows, rows.schema.field("amount").type)
    return rows.set_column(rows.schema.get_field_index("amount"), "amount", ones).select(names)


def _neighbours(lake: Lake) -> Any:
    names = ("account:X1/X3", "holder:X3", "advert:X4")
    return [known.find_neighbours(lake, a_case(), name) for name in names]


def _finds(lake: Lake, table: str) -> Any:
    """The rows that have the very value of another row, in a column of each kind."""
    sample = lake.query_rows(table, LATER).order_by("source", "record_id").limit(6).to_pyarrow().to_pylist()
    kinds = {column.kind: column.name for column in (*COMMON, *TABLES[table].columns)}
    return [
        plain(lake.find_rows(table, {name: _typed(item)}, LATER, limit=7))
        for name in kinds.values()
        for item in list({repr(row[name]): row[name] for row in sample if row[name]}.values())[:1]
    ]


def _typed(value: Any) -> str:
    """A value as a person would type it."""
    if isinstance(value, list):
        return str(value[0])
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _selections(lake: Lake) -> Any:
    tables = [
        selection.select_named_transfers(lake, ["X3", "u1", "X7"]),
        selection.select_account_transfers(lake, ["X1", "X2"]),
    ]
    columns = {"accounts": "account", "holders": "record_id", "balances": "account"}
    tables += [selection.select_side_rows(lake, name, column, NAMES[:4]) for name, column in columns.items()]
    return [plain(table) for table in (*tables, selection.select_reports_on(lake, ["X3", "X9"]))]


def _candidates(lake: Lake) -> Any:
    source = Candidates(lake.home, lake)
    asked = TraceQuestion(["S1:X3"], "fifo", clock.to_micros(LATER), 1 << 45, 3, 100)
    return [(found.rows, plain(found.facts.texts), plain(found.reports.texts)) for found in
            (source.get_index_for_question(asked), source.get_index_for_account(BankAccount("X1", "X2")))]  # fmt: skip


def _payees(lake: Lake) -> Any:
    found = payees.load_busy_payees(lake, Digests(b"k" * 32), LATER, often=1)
    return sorted(found.paid.items())


def _meant(lake: Lake) -> Any:
    told = [
        matching.DescribedLoss("d", (amount,), "X1", (to,) if to else ())
        for amount in AMOUNTS
        for to in ("X1", "X3", "")
    ]
    tables = [
        matching.query_by_account(lake, ["X1", "X3"], AMOUNTS, LATER),
        matching.query_paid_accounts(lake, ["X1", "X3"], LATER),
        matching.query_by_reference(lake, ["u1", "u2"], LATER),
        matching.query_payments_in_range(
            matching.query_recent_transfers(lake, LATER, timedelta(days=2)), Decimal(10), Decimal(10_000)
        ),
        matching.query_similar_payments(lake, told, LATER),
    ]
    return [plain(table) for table in tables], [
        repr(one) for one in matching.match_transfers(lake, told, LATER)
    ]


def _deliveries(lake: Lake) -> list[str]:
    rows = (
        lake.query_rows("transfers", LATER).order_by("source", "record_id").limit(9).to_pyarrow().to_pylist()
    )
    one, two = BankAccount("X1", "X1"), BankAccount("X2", "X2")
    steps = [
        TracedTransfer(row["record_id"], row["source"], row["time"], one, two, 100, 100, 1, "transfer", None)
        for row in rows
    ]
    trail = replace(golden_hour(LATER, ["X1"]), steps=tuple(steps))
    return resting.find_trail_deliveries(lake, trail, {}, LATER, {}).deliveries


def _rising(lake: Lake) -> Any:
    """What campaigns count of what was handed in; neither asks the ledger."""
    nobody: Any = None
    return [sorted(rising._OF[source](nobody, lake, LATER)) for source in ("messages", "adverts")]


ASKED: dict[str, Ask] = {
    "people by province": areas.count_account_holders,
    "what rises": _rising,
    "banks that money leaves from": lambda lake: list(banks._list_payer_bank_codes(lake)),
    **{f"every row of {name}": lambda lake, name=name: lake.query_rows(name) for name in TABLES},
    **{
        f"{name} as of a moment": lambda lake, name=name: [
            plain(lake.query_rows(name, at)) for at in (SOON, LATER)
        ]
        for name in ("transfers", "reports", "premises", "signals")
    },
    **{
        f"{name} of some days": lambda lake, name=name: [
            plain(lake.query_rows(name, at, DAYS)) for at in (None, SOON, LATER)
        ]
        for name in ("transfers", "readings", "accounts")
    },
    "no rows at all": lambda lake: lake.query_rows("transfers", START - timedelta(days=900)),
    "every stored version": lambda lake: lake.query_stored_rows("transfers"),
    **{f"{name} by a value": lambda lake, name=name: _finds(lake, name) for name in ("reports", "signals")},
    "a value of each kind": lambda lake: [
        plain(rows.filter(filter_equal(rows[name], rows.schema().to_pyarrow().field(name).type, text)))
        for rows in [lake.query_rows("orders")]
        for name, text in {"exercise": "yes", "amount": "100", "line": "3", "kind": "X2"}.items()
    ],
    "what a network grows to": lambda lake: known.add_known_ties(lake, a_case()),
    "who hangs together with a node": _neighbours,
    "the layered graph": _layered_graph,
    "the files behind moves": lambda lake: known.find_sources(
        lake, [move for tie in a_case().ties.values() for move in tie.moves], LATER
    ),
    "the readings of a line": lambda lake: [
        line_page._sum_daily_readings(lake, name, LATER) for name in NAMES[:2]
    ],
    "the readings of a line in sums": lambda lake: [list(iter_readings(lake, name)) for name in NAMES[:2]],
    "the province of an account": lambda lake: [
        sorted(
            holders.find_holder_provinces(
                lake, [(bank, account) for bank in NAMES for account in NAMES], at
            ).items()
        )
        for at in (None, LATER)
    ],
    "corridors": lambda lake: counting.count_trips_by_corridor(
        lake, load_gazetteer(True), START + timedelta(days=3)
    ),
    "buildings that tips name": lambda lake: suspected.list_buildings_in_tips(
        lake, network._build_network(lake, LATER), LATER
    ),
    "tips about one building": lambda lake: [
        repr(dossier._load_tips(lake, name, 0, LATER)) for name in NAMES[:2]
    ],
    "what sources tie to a building": lambda lake: [
        repr(relations.list_tied_things(lake, name, LATER)) for name in NAMES[:2]
    ],
    "companies, cards and accounts of tenants": lambda lake: repr(
        (
            sorted(relations.load_companies(lake, NAMES, LATER).items()),
            sorted(relations.load_batches(lake, NAMES, LATER).items()),
            relations.list_site_accounts(lake, NAMES, LATER),
        )
    ),
    "hourly power": lambda lake: repr(
        sorted(
            (row, sorted(hours.items()))
            for row, hours in load._load_hourly(lake, network._build_network(lake, LATER), LATER).items()
        )
    ),
    "trips and adverts of a province": lambda lake: [
        (dossier._count_trips(lake, place, LATER), dossier._count_adverts(lake, place, LATER))
        for place in load_gazetteer(True).provinces[:2]
    ],
    "the supply network": lambda lake: repr(vars(network._build_network(lake, LATER))),
    "what a correction would change": lambda lake: corrections.list_changed_rows(
        lake, _correction(), _corrected(lake)
    ),
    "transfers by their names": lambda lake: transfers.look_up_named(lake, [*NAMES, "S1:X3", "u1"], LATER),
    "the deliveries behind a trail": _deliveries,
    "reports to open cases for": lambda lake: reports.read_reports(lake, LATER),
    "what a trace may read": _selections,
    "the index that a trace reads": _candidates,
    "when signals were last written": lambda lake: store.find_last_written(lake),
    "messages that are read": lambda lake: plain(messages.load_message_rows(lake, LATER)),
    "names on the internet": lambda lake: plain(domains.load_name_rows(lake, LATER)),
    "the last run of signals": lambda lake: [
        plain(store.load_last_run_rows(lake, name, LATER)) for name in NAMES[:9]
    ],
    "every advert": lambda lake: [*map(repr, list_adverts(lake, LATER))],
    "names of the register of companies": lambda lake: sorted(list_companies(lake)),
    "payees that checks know of": lambda lake: _payees(lake),
    "payers of an account": lambda lake: estimate.count_payers(lake, BankAccount("X1", "X2"), LATER),
    "payments between accounts in a week": lambda lake: frontier.count_payments(lake, LATER),
    "payments that wait": lambda lake: intake.list_waiting_rows(lake, LATER),
    "what a public report means": _meant,
    "what returns say": lambda lake: sorted(returning.load_returns(lake).unmatched_returns),
    "the groups of a card": lambda lake: parity.build_account_groups(lake, open_index(lake.home, lake), 200),
}
