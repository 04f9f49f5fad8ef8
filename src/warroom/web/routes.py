"""The routers of all pages."""

from warroom.web import design_pages, health_pages
from warroom.web.access import account_pages, key_pages, officer_pages, sign_in_pages
from warroom.web.actions import batch_pages, operation_pages, operation_plan_pages, pages
from warroom.web.adverts import pages as advert_pages
from warroom.web.assets import pages as asset_pages
from warroom.web.assets import proceeding_pages
from warroom.web.briefing import pages as briefing_pages
from warroom.web.campaigns import pages as campaign_pages
from warroom.web.cases import appeal_pages, case_pages, list_pages, sealing_pages, small_pages, wake_pages
from warroom.web.chart import pages as chart_pages
from warroom.web.evidence import pages as evidence_pages
from warroom.web.exercise import pages as exercise_pages
from warroom.web.files import pages as file_pages
from warroom.web.inbox import pages as inbox_pages
from warroom.web.incoming import pages as incoming_pages
from warroom.web.kit import live_pages
from warroom.web.law import pages as law_pages
from warroom.web.log import pages as log_pages
from warroom.web.lookup import pages as lookup_pages
from warroom.web.lookup import pick_pages
from warroom.web.map import line_pages
from warroom.web.map import pages as map_pages
from warroom.web.matches import pages as match_pages
from warroom.web.networks import pages as network_pages
from warroom.web.orders import pages as order_pages
from warroom.web.orders import partner_door
from warroom.web.partners import door as room_door
from warroom.web.partners import pages as partner_pages
from warroom.web.payee import advice_pages, frontier_pages
from warroom.web.payee import pages as flag_pages
from warroom.web.plans import pages as plan_pages
from warroom.web.refunds import pages as refund_pages
from warroom.web.requests import answer_pages
from warroom.web.requests import pages as request_pages
from warroom.web.sites import pages as site_pages
from warroom.web.survivors import charge_pages
from warroom.web.survivors import pages as survivor_pages
from warroom.web.taxii import api as taxii_api
from warroom.web.triage import pages as triage_pages
from warroom.web.triage import trail_pages
from warroom.web.worklist import board_pages, wall_pages
from warroom.web.worklist import pages as worklist_pages

ALL = (
    sign_in_pages.router,
    account_pages.router,
    board_pages.router,
    wall_pages.router,
    briefing_pages.router,
    live_pages.router,
    worklist_pages.router,
    list_pages.router,
    small_pages.router,  # before the page of one case, whose address would take its name for a number
    lookup_pages.router,
    pick_pages.router,
    case_pages.router,
    sealing_pages.router,
    wake_pages.router,
    chart_pages.router,
    file_pages.router,
    order_pages.router,
    batch_pages.router,  # before the page of one action, whose address would take its name for a number
    pages.router,
    operation_plan_pages.router,
    operation_pages.router,
    trail_pages.router,  # before what a signal begins, whose address would take its step for a kind
    triage_pages.router,
    advert_pages.router,
    match_pages.router,
    network_pages.router,
    inbox_pages.router,
    campaign_pages.router,
    advice_pages.router,
    frontier_pages.router,
    flag_pages.router,
    incoming_pages.router,
    map_pages.router,
    line_pages.router,
    site_pages.router,
    plan_pages.router,
    law_pages.router,
    officer_pages.router,
    log_pages.router,
    appeal_pages.router,
    partner_door.router,
    room_door.router,
    partner_pages.router,
    key_pages.router,
    survivor_pages.router,
    charge_pages.router,
    answer_pages.router,
    request_pages.router,
    asset_pages.router,
    proceeding_pages.router,
    refund_pages.router,
    evidence_pages.router,
    exercise_pages.router,
    design_pages.router,
    health_pages.router,
    taxii_api.router,
)
