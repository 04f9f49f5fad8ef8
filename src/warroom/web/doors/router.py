"""Routes that name who may ask them where they are declared: `@router.get("/cases", may=CASE_READERS)`."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Router(APIRouter):
    """A router that keeps who may ask each of its routes, for `access_table.table`; `may` are roles, or one word of that table."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.declared: list[tuple[str, tuple[str, ...]]] = []

    # FastAPI's own parameters do not know `may`; without it a route is not declared at all.
    def get(self, path: str, *, may: tuple[str, ...], **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        self.declared.append((f"GET {self.prefix}{path}", may))
        return super().get(path, **options)

    def put(self, path: str, *, may: tuple[str, ...], **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        self.declared.append((f"PUT {self.prefix}{path}", may))
        return super().put(path, **options)

    def post(self, path: str, *, may: tuple[str, ...], **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        self.declared.append((f"POST {self.prefix}{path}", may))
        return super().post(path, **options)

    def delete(self, path: str, *, may: tuple[str, ...], **options: Any) -> Callable[[Endpoint], Endpoint]:  # type: ignore[override]
        self.declared.append((f"DELETE {self.prefix}{path}", may))
        return super().delete(path, **options)
