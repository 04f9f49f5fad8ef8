"""The interface's description and its errors: valid, with who opens what, and in words that a caller can act on."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import jsonschema_rs
import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter, ValidationError

from tests.cases.scenes import PASSWORD
from tests.web.conftest import PLAIN, Night
from warroom.access.sign_in import sign_in
from warroom.home import Home
from warroom.web.app import create_app
from warroom.web.doors.access_table import build_access_table, find_scope
from warroom.web.kit.api import Day, Moment

Call = Callable[..., httpx.Client]
METHODS = ("get", "put", "post", "delete", "patch")


@pytest.fixture
def call(night: Night, address: str) -> Iterator[Call]:
    """A client of the interface, signed in as an officer with these roles."""
    with ExitStack() as stack:

        def call(username: str, *roles: str) -> httpx.Client:
            officer = night.officer(username, *roles)
            token = sign_in(night.ledger, officer.username, PASSWORD).token
            client = httpx.Client(
                base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {token}"}, verify=PLAIN
            )
            return stack.enter_context(client)

        yield call


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The app of a home that is not opened: describing needs none."""
    return create_app(Home(tmp_path_factory.mktemp("none"), "exercise"), background=False)


@pytest.fixture(scope="module")
def described(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the description that has a default or examples."""
    if isinstance(node, dict):
        if "default" in node or "examples" in node:
            yield node
        for value in node.values():
            yield from schemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from schemas(value)


def test_every_default_and_example_fits_its_own_schema(described: dict[str, Any]) -> None:
    for schema in schemas(described):
        whole = {**schema, "components": described["components"]}
        valid = jsonschema_rs.Draft202012Validator(whole)
        examples = schema.get("examples") or []
        shown = examples if isinstance(examples, list) else []
        for value in [*([schema["default"]] if "default" in schema else []), *shown]:
            assert valid.is_valid(value), (value, schema)


def test_every_reference_and_every_security_scheme_is_there(described: dict[str, Any]) -> None:
    text = json.dumps(described)
    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert name in described["components"]["schemas"], name
    schemes = described["components"]["securitySchemes"]
    assert all(scheme["description"] for scheme in schemes.values())
    for _, path, operation in operations(described):
        assert all(name in schemes for one in operation["security"] for name in one), path


def test_every_operation_says_who_opens_it(described: dict[str, Any]) -> None:
    of_banks = 0
    doors = {re.sub(r":\w+}", "}", endpoint): who for endpoint, who in build_access_table().items()}
    for method, path, operation in operations(described):
        who = doors[f"{method.upper()} {path}"]
        if scope := find_scope(who):
            of_banks += 1
            assert operation["security"] == [{"PartnerKey": [scope]}], path
        elif "public" in who:
            assert operation["security"] == [], path
        elif "partner" in who:
            assert operation["security"] == [{"PartnerSignature": []}], path
        else:
            assert operation["security"] == [{"HTTPBearer": []}], path
    assert of_banks >= 5


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path)


def test_what_a_path_does_not_take_is_405_with_every_method_that_it_takes(
    described: dict[str, Any], address: str
) -> None:
    paths: dict[str, set[str]] = {}
    for method, path, _ in operations(described):
        paths.setdefault(path, set()).add(method)
    with httpx.Client(base_url=address, verify=PLAIN) as client:
        check_allow(client, paths)


def check_allow(client: httpx.Client, paths: dict[str, set[str]]) -> None:
    for path, taken in paths.items():
        for method in set(METHODS) - taken:
            answer = client.request(method, filled(path))
            assert answer.status_code == 405, (method, path, answer.text)
            allow = {one.strip().lower() for one in answer.headers["allow"].split(",")}
            assert allow - {"head"} == taken, (method, path)


def test_built_files_and_pages_say_what_they_take(address: str) -> None:
    for path in ("/static/room.js", "/orders"):
        answer = httpx.request("PATCH", f"{address}{path}", verify=PLAIN)
        assert answer.status_code == 405
        assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(("language", "word"), [(None, "Sign in"), ("en", "Sign in"), ("th", "เข้าสู่ระบบ")])
def test_errors_of_the_interface_are_english_unless_the_caller_says_thai(
    address: str, monkeypatch: pytest.MonkeyPatch, language: str | None, word: str
) -> None:
    monkeypatch.setenv("WARROOM_LANGUAGE", "th")
    headers = {"accept-language": language} if language else {}
    answer = httpx.get(f"{address}/api/v1/cases", headers=headers, verify=PLAIN)
    assert answer.status_code == 401
    assert word.lower() in answer.json()["error"].lower()


def moments(described: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every parameter of the interface that is a time or a day."""
    for method, path, operation in operations(described):
        for parameter in operation.get("parameters", ()):
            if method == "get" and '"format": "date' in json.dumps(parameter["schema"]):
                yield path, parameter["name"]


@pytest.mark.parametrize("value", ["0.5", "0", "1796034276", "-1", "1e9", "2026"])
def test_a_number_is_no_time(described: dict[str, Any], call: Call, night: Night, value: str) -> None:
    night.case()
    asked = list(moments(described))
    assert len(asked) > 6
    officer = call("com", "commander")
    for path, name in asked:
        filled_path = path.replace("{layer}", "places").replace("{number}", "C-1")
        answer = officer.get(filled_path.removeprefix("/api/v1"), params={name: value})
        assert answer.status_code == 422, (path, name, answer.text)
        said = answer.json()
        assert said["params"]["field"] == name
        assert "is written as 2026-11-30" in said["error"]


def test_a_number_in_a_body_is_no_time() -> None:
    for kind in (Moment, Day):
        for value in (0, 0.5, 1796034276, "1796034276", True):
            with pytest.raises(ValidationError, match="is written as"):
                TypeAdapter(kind).validate_python(value)
    assert TypeAdapter(Moment).validate_python("2026-11-30T10:15:00+07:00").hour == 10


@pytest.mark.parametrize(
    ("content", "field", "why"),
    [
        (b'{"username": "anna" "password": "x"}', "body", "at sign"),
        (b"", "body", "required"),
        (b'{"username": 5, "password": "x"}', "username", "string"),
        (b'{"username": "anna"}', "password", "required"),
    ],
)
def test_an_error_names_the_field_by_its_own_name(address: str, content: bytes, field: str, why: str) -> None:
    headers = {"content-type": "application/json"}
    answer = httpx.post(f"{address}/api/v1/sign-in", content=content, headers=headers, verify=PLAIN)
    assert answer.status_code == 422, answer.text
    said = answer.json()
    assert said["params"]["field"] == field
    assert said["error"].startswith(f"{field}: ")
    assert why in said["error"]


def test_a_header_and_a_parameter_are_named_too(call: Call) -> None:
    officer = call("com", "commander")
    assert officer.get("/cases", params={"limit": "many"}).json()["params"]["field"] == "limit"
    answer = officer.post("/cases/C-1/approvals", json={})
    assert "." not in answer.json()["params"].get("field", "")


def test_no_component_of_the_interface_is_called_by_the_module_it_stands_in(
    described: dict[str, Any],
) -> None:
    assert [name for name in described["components"]["schemas"] if "__" in name] == []
