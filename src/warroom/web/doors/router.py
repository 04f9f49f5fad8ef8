"""A router whose routes declare who may call them: `@router.get("/cases", may=CASE_READERS)`."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Router(APIRouter):
    """Collects who may call each route, for `access_table.build_access_table`. `may`: roles, or one word of that module."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.declared: list[tuple[str, tuple[str, ...]]] = []

    # `may` has no default, so that a route without it does not even import.
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
