"""What speaks HTTP: one module a place in the room."""

from warroom.web.routers import (
    account,
    appeal,
    audit,
    board,
    case,
    exercise,
    health,
    law,
    officers,
    orders,
    partner,
    people,
    sign,
)

ALL = (
    sign.router,
    account.router,
    board.router,
    case.router,
    orders.router,
    law.router,
    officers.router,
    audit.router,
    appeal.router,
    partner.router,
    people.router,
    exercise.router,
    health.router,
)
