"""The JSON interface under /api/v1: the services over HTTP, for agencies' own programs.

A caller signs in and sends the token as `Authorization: Bearer ...`; a browser's cookie opens nothing here, so no
other site can act through it. Every decision carries an `Idempotency-Key`. Money is baht as decimal strings, times
are RFC 3339 in UTC, and every error is `{"error": "one sentence", "code": "cases.no-such-case", "params": {...}}`. One
module an area; the services check permissions, the routers only translate.
"""

from fastapi import APIRouter

from warroom.web.access import key_api, officer_api, sign_in_api
from warroom.web.actions import api as action_api
from warroom.web.actions import operation_api
from warroom.web.assets import api
from warroom.web.briefing import api as briefing_api
from warroom.web.campaigns import api as campaign_api
from warroom.web.cases import api as case_api
from warroom.web.cases import hold_api
from warroom.web.chart import api as chart_api
from warroom.web.evidence import api as evidence_api
from warroom.web.incoming import api as incoming_api
from warroom.web.law import api as law_api
from warroom.web.log import api as log_api
from warroom.web.lookup import api as lookup_api
from warroom.web.map import api as map_api
from warroom.web.matches import api as match_api
from warroom.web.networks import api as network_api
from warroom.web.partners import api as partner_api
from warroom.web.payee import api as payee_api
from warroom.web.payee import flag_api
from warroom.web.records import api as record_api
from warroom.web.requests import api as request_api
from warroom.web.requests import late_api
from warroom.web.sites import api as site_api
from warroom.web.survivors import api as survivor_api
from warroom.web.survivors import help_api
from warroom.web.triage import api as signal_api
from warroom.web.triage import trail_api
from warroom.web.worklist import api as worklist_api

ALL: tuple[APIRouter, ...] = (
    sign_in_api.router,
    api.router,
    briefing_api.router,
    campaign_api.router,
    case_api.router,
    chart_api.router,
    evidence_api.router,
    hold_api.router,
    incoming_api.router,
    operation_api.router,
    law_api.router,
    log_api.router,
    lookup_api.router,
    map_api.router,
    site_api.router,
    match_api.router,
    network_api.router,
    action_api.router,
    officer_api.router,
    key_api.router,
    partner_api.router,
    payee_api.router,
    flag_api.router,
    survivor_api.router,
    help_api.router,
    request_api.router,
    late_api.router,
    record_api.router,
    signal_api.router,
    trail_api.router,
    worklist_api.router,
)
