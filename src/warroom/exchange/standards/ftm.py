"""The chart as entities of FollowTheMoney (followthemoney.tech, model 4), one JSON object a line, for programs of
investigators. Masked as the chart is: it contains what its reader saw.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from warroom.bilingual.texts import Texts
from warroom.exchange.standards.chart_export import ChartExport
from warroom.networks.shapes import MONEY
from warroom.room.chart.views import ChartNode, ChartTie, ChartView
from warroom.subjects.subject import ACCOUNT

PARTIES = {"holder": "LegalEntity", "company": "Company"}
ASSETS = {ACCOUNT: "BankAccount", "vehicle": "Vehicle", "premises": "RealEstate"}
OTHER = "Asset"
"""For devices, cards and pages, which have no schema of their own in the model: an asset only means something owned."""
NUMBERS = {
    "Company": "registrationNumber",
    "BankAccount": "accountNumber",
    "Vehicle": "registrationNumber",
    "RealEstate": "registrationNumber",
}
OWNING = ("holds", "owns")
Properties = dict[str, list[str]]


def render(view: ChartView, exercise: str) -> bytes:
    """The chart's nodes and ties as entities; in an exercise each says so."""
    nodes = {one.id: one for one in view.nodes}
    entities = [
        *(_build_thing(one, view, exercise) for one in view.nodes),
        *(_build_link(one, nodes, view, exercise) for one in view.ties),
    ]
    return "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in entities).encode()


def _build_thing(node: ChartNode, view: ChartView, exercise: str) -> dict[str, Any]:
    schema = _choose_schema(node)
    properties: Properties = {"name": [node.label], "notes": [exercise] if exercise else []}
    # A masked number is exported as a name: as a number, programs would merge entities with the same mask.
    if schema in NUMBERS and "•" not in node.label:
        properties[NUMBERS[schema]] = [node.label]
    if schema == OTHER:
        properties["keywords"] = [node.kind]
    if schema == "BankAccount":
        properties["bankName"] = [node.bank] if node.bank else []
        properties["currency"] = [view.currency]
    properties["summary"] = [" ".join(node.marks)] if node.marks else []
    return _build_entity(node.id, schema, properties)


def _choose_schema(node: ChartNode) -> str:
    return PARTIES.get(node.kind) or ASSETS.get(node.kind, OTHER)


def _build_link(tie: ChartTie, nodes: dict[str, ChartNode], view: ChartView, exercise: str) -> dict[str, Any]:
    schema, first, second = _choose_ends(tie, nodes)
    properties: Properties = {
        first: [_hash_id(tie.start)],
        second: [_hash_id(tie.end)],
        "startDate": [_format_time(tie.first)],
        "endDate": [_format_time(tie.last)] if tie.last else [],
        "recordId": [f"{source.table}:{source.source}:{source.record_id}" for source in tie.sources],
        "summary": [exercise] if exercise else [],
    }
    if tie.relation == MONEY:
        properties |= {"amount": [_format_baht(tie.amount)], "currency": [view.currency]}
        properties["description"] = [
            f"{tie.count} transfers, {_format_baht(tie.traced)} {view.currency} of it traced"
        ]
    elif schema == "UnknownLink":
        properties["role"] = [tie.relation]
    return _build_entity(tie.id, schema, properties)


def _choose_ends(tie: ChartTie, nodes: dict[str, ChartNode]) -> tuple[str, str, str]:
    """The schema of a tie and the names of its two ends; UnknownLink where the ends do not fit a schema."""
    start, end = nodes[tie.start], nodes[tie.end]
    if tie.relation == MONEY and start.kind == end.kind == ACCOUNT:
        return "Payment", "payerAccount", "beneficiaryAccount"
    if tie.relation in OWNING and start.kind in PARTIES and end.kind not in PARTIES:
        return "Ownership", "owner", "asset"
    if tie.relation == "director" and start.kind in PARTIES and end.kind == "company":
        return "Directorship", "director", "organization"
    return "UnknownLink", "subject", "object"


def _build_entity(name: str, schema: str, said: Properties) -> dict[str, Any]:
    return {
        "id": _hash_id(name),
        "schema": schema,
        "properties": {key: all_ for key, all_ in said.items() if all_},
    }


def _hash_id(name: str) -> str:
    """A stable id: the same thing has the same id in every chart, so that charts of two cases join."""
    return hashlib.sha256(name.encode()).hexdigest()[:40]


def _format_baht(satang: int) -> str:
    return f"{satang // 100}.{satang % 100:02d}"


def _format_time(moment: datetime) -> str:
    # Without a zone: the model's dates have none and are read as UTC.
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


EXPORT = ChartExport(
    "ftm", "application/x-ndjson", ".ftm.json", Texts("FollowTheMoney", "FollowTheMoney"), render
)
