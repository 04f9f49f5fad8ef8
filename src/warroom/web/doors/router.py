"""Routes that name who may ask them where they are declared: `@router.get("/cases", may=CASE_READERS)`."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter

from warroom.web.doors.access_table import open_endpoint

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Router(APIRouter):
    """A router that writes each route into the table of who may ask; `may` are roles, or one word of the table.

    Raises SettingError as `open_endpoint` does.
    """

    # FastAPI's own parameters do not know `may`; without it a route is not declared at all.
    def get(self, path: str, *, may: tuple[str, ...], **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        open_endpoint(f"GET {self.prefix}{path}", may)
        return super().get(path, **options)

    def put(self, path: str, *, may: tuple[str, ...], **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        open_endpoint(f"PUT {self.prefix}{path}", may)
        return super().put(path, **options)

    def post(self, path: str, *, may: tuple[str, ...], **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        open_endpoint(f"POST {self.prefix}{path}", may)
        return super().post(path, **options)

    def delete(self, path: str, *, may: tuple[str, ...], **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        open_endpoint(f"DELETE {self.prefix}{path}", may)
        return super().delete(path, **options)
