"""The resources of the TAXII 2.1 server. A key of a partner opens them, as a bearer token or as the password of HTTP Basic."""

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from warroom.access.views import Partner
from warroom.errors import NotFound
from warroom.exchange.collections import decisions, queries
from warroom.exchange.collections.views import ObjectPage
from warroom.web.doors.router import Router
from warroom.web.kit.open_home import open_home_of
from warroom.web.taxii import wire
from warroom.web.taxii.wire import ROOT, UnfitRequestError, make_answer

router = Router(include_in_schema=False)
READ, WRITE = ("key:taxii:read",), ("key:taxii:write",)
COLLECTION = f"{ROOT}/collections/{{collection}}"


def get_partner(request: Request) -> Partner:
    """The partner whose key the gate has admitted."""
    partner: Partner = request.state.partner
    return partner


@router.get("/taxii2/", may=READ)
def show_discovery(request: Request) -> Response:
    """Where the API root is."""
    wire.check_accept(request)
    return make_answer(wire.build_discovery(str(request.base_url).rstrip("/")))


@router.get(f"{ROOT}/", may=READ)
def show_root(request: Request) -> Response:
    """The API root."""
    wire.check_accept(request)
    return make_answer(wire.build_root())


@router.get(f"{ROOT}/status/{{receipt}}/", may=READ)
def show_status(request: Request, receipt: str) -> Response:
    """What became of a delivery of this partner."""
    wire.check_accept(request)
    stored_receipt = queries.load_receipt(open_home_of(request).ledger, get_partner(request).code, receipt)
    return make_answer(wire.build_status(stored_receipt))


@router.get(f"{ROOT}/collections/", may=READ)
def list_collections(request: Request) -> Response:
    """The collections that this partner may read or hand objects to."""
    wire.check_accept(request)
    partner = get_partner(request).code
    views = queries.list_collections(open_home_of(request).ledger, partner)
    rows = [wire.build_collection(view, partner) for view in views]
    return make_answer({"collections": rows} if rows else {})


@router.get(f"{COLLECTION}/", may=READ)
def show_collection(request: Request, collection: str) -> Response:
    """One collection."""
    wire.check_accept(request)
    partner = get_partner(request).code
    view = queries.load_collection(open_home_of(request).ledger, collection, partner)
    return make_answer(wire.build_collection(view, partner))


@router.get(f"{COLLECTION}/manifest/", may=READ)
def show_manifest(request: Request, collection: str) -> Response:
    """What objects a collection has, without them."""
    wire.check_accept(request)
    asked = wire.parse_query(request.query_params)
    page = queries.list_manifest(open_home_of(request).ledger, collection, get_partner(request).code, asked)
    return make_answer(wire.build_manifest(page), headers=wire.list_added_headers(page.rows))


@router.get(f"{COLLECTION}/objects/", may=READ)
def list_objects(request: Request, collection: str) -> Response:
    """A page of objects."""
    page = _load_objects(request, collection)
    return make_answer(wire.build_envelope(page), headers=wire.list_added_headers(page.rows))


@router.get(f"{COLLECTION}/objects/{{object_id}}/", may=READ)
def show_object(request: Request, collection: str, object_id: str) -> Response:
    """The versions of one object that are asked for, else its last."""
    page = _load_objects(request, collection, object_id)
    _require_rows(page, object_id)
    return make_answer(wire.build_envelope(page), headers=wire.list_added_headers(page.rows))


@router.get(f"{COLLECTION}/objects/{{object_id}}/versions/", may=READ)
def list_versions(request: Request, collection: str, object_id: str) -> Response:
    """When the versions of one object were made."""
    wire.check_accept(request)
    params = request.query_params
    if "match[version]" in params or "match[type]" in params or "match[id]" in params:
        raise UnfitRequestError("exchange.filter-unfit", filter="match")
    asked = wire.parse_query(params.__class__({**params, "match[version]": "all"}), object_id)
    page = queries.list_manifest(open_home_of(request).ledger, collection, get_partner(request).code, asked)
    _require_rows(page, object_id)
    return make_answer(wire.build_versions(page), headers=wire.list_added_headers(page.rows))


def _require_rows(page: ObjectPage, object_id: str) -> None:
    if not page.rows:
        raise NotFound("exchange.no-such-object", object=object_id[:120])


def _load_objects(request: Request, collection: str, object_id: str = "") -> ObjectPage:
    wire.check_accept(request)
    asked = wire.parse_query(request.query_params, object_id)
    return queries.list_objects(open_home_of(request).ledger, collection, get_partner(request).code, asked)


@router.post(f"{COLLECTION}/objects/", may=WRITE)
async def add_objects(request: Request, collection: str) -> Response:
    """Hand objects in. Answered when they are taken in: 202 with the finished receipt, as the standard asks."""
    wire.check_accept(request)
    wire.check_content_type(request)
    body = await request.body()
    return await run_in_threadpool(_receive_objects, request, collection, body)


def _receive_objects(request: Request, collection: str, body: bytes) -> Response:
    ledger, partner = open_home_of(request).ledger, get_partner(request).code
    receipt = decisions.receive_objects(ledger, partner, collection, _parse_objects(body))
    return make_answer(wire.build_status(receipt), 202)


def _parse_objects(body: bytes) -> Any:
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        raise UnfitRequestError("exchange.filter-unfit", filter="objects") from None
    if not isinstance(envelope, dict) or "objects" not in envelope:
        raise UnfitRequestError("exchange.filter-unfit", filter="objects")
    return envelope["objects"]


@router.delete(f"{COLLECTION}/objects/{{object_id}}/", may=WRITE)
def delete_object(request: Request, collection: str, object_id: str) -> Response:
    """Delete versions of an object that this partner handed in; all of them where none is named."""
    wire.check_accept(request)
    versions = wire.parse_versions(request.query_params, "all")
    decisions.delete_object(
        open_home_of(request).ledger, get_partner(request).code, collection, object_id, versions
    )
    return make_answer({})
