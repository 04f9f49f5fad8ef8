"""The open home that serves a request."""

from starlette.requests import HTTPConnection

from warroom.runtime.open_home import OpenHome


def open_home_of(request: HTTPConnection) -> OpenHome:
    """The room that serves this request."""
    room: OpenHome = request.app.state.room
    return room
