"""The JSON interface under /api/v1: the services of `operations` over HTTP, for agencies' own programs.

A caller signs in and sends the token as `Authorization: Bearer ...`; a browser's cookie opens nothing here, so no
other site can act through it. Every decision carries an `Idempotency-Key`. Money is baht as decimal strings, times
are RFC 3339 in UTC, and every error is `{"error": "one sentence"}`. One module an area; the services decide who may
what, the routers only translate.
"""

from fastapi import APIRouter

from warroom.web.api import (
    assets,
    briefing,
    cases,
    chart,
    evidence,
    holds,
    joint,
    law,
    log,
    lookup,
    measures,
    officers,
    partner_keys,
    payee,
    people,
    people_help,
    places,
    requests,
    sign,
    transfers,
    work,
)

ALL: tuple[APIRouter, ...] = (
    sign.router,
    assets.router,
    briefing.router,
    cases.router,
    chart.router,
    evidence.router,
    holds.router,
    joint.router,
    law.router,
    log.router,
    lookup.router,
    places.router,
    measures.router,
    officers.router,
    partner_keys.router,
    payee.router,
    people.router,
    people_help.router,
    requests.router,
    transfers.router,
    work.router,
)
