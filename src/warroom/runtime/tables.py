"""Every table of the ledger, loaded: who compares or makes them all imports this, and who reads one table need not."""

from warroom.access import schema as access
from warroom.actions import schema as actions
from warroom.assets import schema as assets
from warroom.cases import schema as cases
from warroom.deliveries import schema as deliveries
from warroom.evidence import schema as evidence
from warroom.law import schema as law
from warroom.ledger import schema as ledger
from warroom.matches import schema as matches
from warroom.orders import schema as orders
from warroom.payee import schema as payee
from warroom.public import schema as public
from warroom.public.campaigns import schema as campaigns
from warroom.requests import schema as requests
from warroom.room.chart import schema as chart
from warroom.room.worklist import schema as worklist
from warroom.survivors import schema as survivors
from warroom.triage import schema as triage

SCHEMAS = (
    ledger,
    access,
    law,
    orders,
    cases,
    deliveries,
    evidence,
    actions,
    requests,
    assets,
    survivors,
    payee,
    triage,
    matches,
    worklist,
    chart,
    public,
    campaigns,
)
"""From the ground up: a table's references lead to tables before it, but for those of deadlines and orders."""
