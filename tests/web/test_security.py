"""Walls around the pages: headers, tokens, origins, hosts and sizes."""

import hashlib
import json
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from annotated_types import Le
from fastapi.routing import APIRoute

from tests.web.conftest import Night, Visitor
from tests.web.test_access import PLACES
from warroom.web import api_routes, routes

PATHS = Path(__file__).parents[2] / "docs/reference/api-paths.md"
RENEW = "run 'make docs' or 'python scripts/reference.py', and read what changed before it is committed"


@pytest.mark.parametrize(
    "path", ["/sign-in", "/", "/cases/C-1", "/nothing-here", "/healthz", "/static/favicon.svg"]
)
def test_every_answer_carries_the_security_headers(anna: Visitor, path: str) -> None:
    headers = anna.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_a_font_carries_only_what_means_something_for_a_font(anna: Visitor) -> None:
    font = next(resources.files("warroom.web").joinpath("static").glob("*.woff2"))  # type: ignore[attr-defined]
    headers = anna.get(f"/static/{font.name}").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "content-security-policy" not in headers


def test_pages_carry_no_inline_script_or_style_which_the_policy_would_block(anna: Visitor) -> None:
    for path in ("/", "/cases/C-1", "/orders", "/law"):
        page = anna.page(path)
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick" not in page


def test_a_form_without_its_token_is_refused_and_does_nothing(anna: Visitor, night: Night) -> None:
    fields = anna.fields("/cases/C-1", "/cases/C-1/approve")
    del fields["csrf"]
    answer = anna.client.post("/cases/C-1/approve", data=fields | {"proposal": ["1"]})
    assert answer.status_code == 403
    assert "did not come from this page" in answer.text
    assert night.sql("SELECT count(*) FROM holds")[0][0] == 0


def test_another_persons_token_is_refused(anna: Visitor, enter: Callable[..., Visitor], night: Night) -> None:
    boon = enter("boon")
    fields = boon.fields("/cases/C-1", "/cases/C-1/approve")
    assert anna.client.post("/cases/C-1/approve", data=fields | {"proposal": ["1"]}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
def test_a_form_from_another_site_is_refused(anna: Visitor, headers: dict[str, str]) -> None:
    fields = anna.fields("/cases/C-1", "/cases/C-1/approve")
    answer = anna.client.post("/cases/C-1/approve", data=fields | {"proposal": ["1"]}, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text


def test_every_form_that_changes_something_asks_for_the_token(
    anna: Visitor, enter: Callable[..., Visitor], night: Night
) -> None:
    """Anyone whom the gate lets in still needs the page's own token."""
    night.officer("root", "admin")
    paths = {
        PLACES.sub("1", route.path.replace("{number}", "C-1"))
        for router in routes.ALL
        for route in router.routes
        if isinstance(route, APIRoute)
        and "POST" in route.methods
        and not route.path.startswith(("/api/", "/taxii2/"))
    }
    assert {"/cases/C-1/approve", "/officers", "/account/password", "/sign-in/passkey"} <= paths
    for officer in ("anna", "boon", "chai", "dara", "lek", "root"):
        person = enter(officer)
        for path in sorted(paths):
            sent: dict[str, Any] = (
                {"files": {"file": ("a.txt", b"y")}}
                if path.endswith(("/file", "/files"))
                else {"data": {"x": "y"}}
            )
            refused = person.client.post(path, **sent, follow_redirects=False)
            assert refused.status_code == 403, path


def test_a_request_for_another_host_name_is_refused(anna: Visitor) -> None:
    assert anna.get("/", host="evil.example").status_code == 400


def test_more_than_a_form_holds_is_refused_with_a_sentence(anna: Visitor) -> None:
    answer = anna.client.post("/cases/C-1/decline", data={"reason": "x" * 400_000})
    assert answer.status_code == 413
    assert "too long for this page" in answer.text


def test_files_are_refused(anna: Visitor) -> None:
    answer = anna.client.post("/preferences", files={"csrf": ("a.txt", b"x")})
    assert answer.status_code in (400, 403)


def test_static_files_may_be_kept_and_pages_may_not(anna: Visitor) -> None:
    page = anna.get("/")
    assert page.headers["cache-control"] == "no-store"
    style = next(part for part in page.text.split('"') if part.endswith(".css"))
    assert "immutable" in anna.get(style).headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/static/manifest.json", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"]
)
def test_only_built_files_are_served(anna: Visitor, path: str) -> None:
    assert anna.get(path).status_code == 404


def test_the_description_of_the_api_names_no_page_and_says_what_every_answer_is(visitor: Visitor) -> None:
    said = visitor.get("/api/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in said["paths"])
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            assert {"400", "403", "422"} <= set(operation["responses"]), f"{method} {path}"


def test_the_description_in_the_reference_is_the_one_that_the_app_answers(visitor: Visitor) -> None:
    described, page = visitor.get("/api/openapi.json").json(), PATHS.read_text(encoding="utf-8")
    served = {
        f"{method.upper()} {path}" for path, methods in described["paths"].items() for method in methods
    }
    listed = set(re.findall(r"^[A-Z]+ /\S+$", page, re.M))
    assert served == listed, f"{served ^ listed} differ from docs/reference/api-paths.md; {RENEW}"
    text = json.dumps(described, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert f"`{digest}`" in page, f"the description has changed since docs/reference/api-paths.md; {RENEW}"


def test_an_answer_without_a_signature_is_refused_in_json(visitor: Visitor) -> None:
    answer = visitor.client.post("/api/v1/answers", json={"order_id": "WR1", "status": "done"})
    assert answer.status_code == 403
    assert set(answer.json()) == {"error", "code", "params"}


def test_no_number_in_an_address_is_larger_than_the_ledgers() -> None:
    endless = [
        f"{route.path} {one.name}"
        for router in (*routes.ALL, *api_routes.ALL)
        for route in router.routes
        if isinstance(route, APIRoute)
        for one in route.dependant.path_params
        if one.field_info.annotation is int
        and not any(isinstance(part, Le) for part in one.field_info.metadata)
    ]
    assert endless == []


@pytest.mark.parametrize("path", ["/requests?case=%00", "/requests?partner=%00"])
def test_signs_that_are_no_text_find_nothing(anna: Visitor, path: str) -> None:
    assert anna.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/holds/{}/release", "/holds/{}/extend", "/account/sign-ins/{}/end"])
def test_a_number_that_is_too_large_is_nothing_here(anna: Visitor, path: str) -> None:
    given = {"csrf": anna.fields("/account", "/account/password")["csrf"]}
    assert anna.client.post(path.format("9" * 20), data=given).status_code == 400
