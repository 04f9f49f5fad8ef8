"""The TAXII 2.1 server, asked by taxii2-client and by hand over loopback."""

import base64
import json
import warnings
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.exchange.standards.records import build_record
from tests.partners.readers import register_readers
from tests.web.conftest import Night
from warroom.access import agencies
from warroom.access.api_keys.keys import add_key
from warroom.exchange.collections import decisions
from warroom.exchange.standards import stix
from warroom.exchange.standards.record import SharedRecord
from warroom.exchange.standards.stix_types import build_tlp_marking

with warnings.catch_warnings():
    # taxii2-client of 2021 names parts of the standard library by older names.
    warnings.simplefilter("ignore")
    from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

MEDIA = "application/taxii+json;version=2.1"
RECORD = build_record(5, ("account", "phone", "domain"))


class Desk:
    """Two partners with keys, and two collections: B01 reads and writes the first, B02 reads it; the second is B02's alone."""

    def __init__(self, night: Night, address: str) -> None:
        agencies.seed_exercise(night.ledger)
        self.ledger, self.address = night.ledger, address
        self.keys = {
            code: add_key(night.ledger, code, ["taxii:read", "taxii:write"]).secret for code in ("B01", "B02")
        }
        register_readers(night, "B01", "B02")
        self.reader = add_key(night.ledger, "B01", ["taxii:read"]).secret
        self.shared = decisions.add_collection(
            night.ledger, None, "mules", "Mule accounts", readers=("B01", "B02"), writers=("B01",)
        )
        self.other = decisions.add_collection(night.ledger, None, "private", "Private", readers=("B02",))
        self.officer = night.officer("inv", "investigator")

    def publish(self, record: SharedRecord) -> int:
        return decisions.publish_objects(
            self.ledger, self.officer, "mules", list(stix.iter_objects(record)), record.mark, "C-1"
        )

    def ask(self, path: str, key: str = "", method: str = "GET", **more: Any) -> httpx.Response:
        headers = {"accept": MEDIA, "authorization": f"Bearer {key or self.keys['B01']}"} | more.pop(
            "headers", {}
        )
        return httpx.request(method, f"{self.address}/taxii2/{path}", headers=headers, timeout=60, **more)

    @property
    def path(self) -> str:
        return f"room/collections/{self.shared.id}"


@pytest.fixture
def desk(night: Night, address: str) -> Desk:
    return Desk(night, address)


def test_taxii2_client_works_unchanged(desk: Desk) -> None:
    objects = list(stix.iter_objects(RECORD))
    assert desk.publish(RECORD) == len(objects)
    assert desk.publish(RECORD) == 0
    server = Server(f"{desk.address}/taxii2/", user="B01", password=desk.keys["B01"])
    root = server.default
    assert isinstance(root, ApiRoot)
    assert [found.title for found in root.collections] == ["Mule accounts"]
    collection = root.collections[0]
    assert (collection.can_read, collection.can_write, collection.alias) == (True, True, "mules")
    pages = list(as_pages(collection.get_objects, per_request=7))
    assert [len(page["objects"]) for page in pages[:-1]] == [7] * (len(pages) - 1)
    assert [item for page in pages for item in page["objects"]] == objects
    manifest = collection.get_manifest(limit=1_000)["objects"]
    assert [line["id"] for line in manifest] == [item["id"] for item in objects]
    only = collection.get_objects(type=["phone-number", "domain-name"], limit=100)["objects"]
    assert {item["type"] for item in only} == {"phone-number", "domain-name"}
    later = collection.get_objects(added_after=manifest[-3]["date_added"])["objects"]
    assert [item["id"] for item in later] == [line["id"] for line in manifest[-2:]]


def test_a_partner_hands_in_versions_reads_them_and_deletes_its_own(desk: Desk) -> None:
    desk.publish(RECORD)
    collection = Collection(f"{desk.address}/taxii2/{desk.path}/", user="x", password=desk.keys["B01"])
    base = next(item for item in stix.iter_objects(RECORD) if item["type"] == "grouping")
    own = {**base, "id": "grouping--22222222-2222-4222-8222-222222222222"}
    versions = [f"2026-11-2{day}T00:00:00.000Z" for day in range(5, 8)]
    for at in versions:
        status = collection.add_objects({"objects": [{**own, "modified": at}]})
        assert (status.status, status.success_count, status.failure_count) == ("complete", 1, 0)
    assert [found[:10] for found in collection.object_versions(own["id"])["versions"]] == [
        at[:10] for at in versions
    ]
    assert collection.get_object(own["id"])["objects"][0]["modified"] == versions[-1]
    first = collection.get_object(own["id"], version="first")["objects"]
    assert [item["modified"] for item in first] == versions[:1]
    assert len(collection.get_object(own["id"], version="all")["objects"]) == 3
    assert collection.get_object(own["id"], version=versions[1])["objects"][0]["modified"] == versions[1]
    collection.delete_object(own["id"], version="first")
    assert len(collection.get_object(own["id"], version="all")["objects"]) == 2
    collection.delete_object(own["id"])
    assert desk.ask(f"{desk.path}/objects/{own['id']}/").status_code == 404
    # What this room published is not a partner's to delete.
    assert desk.ask(f"{desk.path}/objects/{base['id']}/", method="DELETE").status_code == 404
    assert desk.ask(f"{desk.path}/objects/{base['id']}/").status_code == 200


def test_each_object_is_taken_in_or_refused_by_itself_and_the_receipt_says_which(desk: Desk) -> None:
    # The marks that the objects refer to are in the collection.
    desk.publish(build_record(1, ("account",)))
    good = next(item for item in stix.iter_objects(RECORD) if item["type"] == "phone-number")
    red = {**good, "id": "phone-number--33333333-3333-4333-8333-333333333333"}
    red["object_marking_refs"] = [build_tlp_marking("red")["id"]]
    old = {**good, "id": "indicator--33333333-3333-4333-8333-333333333333"}
    body = json.dumps({"objects": [good, red, old]})
    sent = desk.ask(f"{desk.path}/objects/", method="POST", content=body, headers={"content-type": MEDIA})
    assert sent.status_code == 202
    said = sent.json()
    assert (said["success_count"], said["failure_count"]) == (1, 2)
    assert "TLP:RED" in said["failures"][0]["message"]
    assert "not of its type" in said["failures"][1]["message"]
    assert desk.ask(f"room/status/{said['id']}/").json() == said
    # Another partner's receipt is none of theirs.
    assert desk.ask(f"room/status/{said['id']}/", desk.keys["B02"]).status_code == 404


def test_a_collection_that_is_not_theirs_does_not_exist_for_a_partner(desk: Desk) -> None:
    for path in ("", "objects/", "manifest/"):
        assert desk.ask(f"room/collections/{desk.other.id}/{path}").status_code == 404
    listed = desk.ask("room/collections/").json()["collections"]
    assert [row["id"] for row in listed] == [desk.shared.id]
    # No partner learns the readers or their number.
    assert "B02" not in json.dumps(listed)


RESOURCES = {
    "": 200,
    "room/": 200,
    "room/collections/": 200,
    "room/collections/none/": 404,
    "room/status/none/": 404,
}
ACCEPTED = {
    MEDIA: 200,
    "application/taxii+json": 200,
    "application/taxii+json; version=2.1": 200,
    "text/html, */*;q=0.1": 200,
    "application/taxii+json;version=2.0": 406,
    "application/json": 406,
    "text/html": 406,
}
FILTERS = {
    "limit=0": 400,
    "limit=-1": 400,
    "limit=many": 400,
    "limit=999999999999": 200,
    "next=none": 400,
    "next=999999999999": 200,
    "added_after=yesterday": 400,
    "added_after=2026-11-24T00:00:00Z": 200,
    "match[version]=newest": 400,
    "match[version]=first,last": 200,
    "match[spec_version]=2.0": 200,
    "match[color]=red": 400,
    "match[id]=x,y": 200,
}


def test_resources_answer_in_the_negotiated_media_type_and_filters_out_of_range_are_refused(
    desk: Desk,
) -> None:
    desk.publish(RECORD)
    for path, status in RESOURCES.items():
        answer = desk.ask(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA), path
        if status == 404:
            assert answer.json()["http_status"] == "404"
    for accept, status in ACCEPTED.items():
        assert desk.ask("room/", headers={"accept": accept}).status_code == status, accept
    for query, status in FILTERS.items():
        for resource in ("objects", "manifest"):
            assert desk.ask(f"{desk.path}/{resource}/?{query}").status_code == status, (resource, query)


def test_what_comes_without_a_key_or_with_too_little_right_is_refused(desk: Desk) -> None:
    nobody = httpx.get(f"{desk.address}/taxii2/", headers={"accept": MEDIA})
    assert (nobody.status_code, nobody.headers["www-authenticate"][:5]) == (401, "Basic")
    assert nobody.headers["content-type"] == MEDIA
    wrong = base64.b64encode(b"B01:wr_aaaaaaaa_nothing").decode()
    assert desk.ask("", headers={"authorization": f"Basic {wrong}"}).status_code == 401
    assert desk.ask("", headers={"authorization": "Basic ???"}).status_code == 401

    def post(content: str | bytes, key: str = "", media: str = MEDIA) -> int:
        headers = {"content-type": media}
        return desk.ask(
            f"{desk.path}/objects/", key, method="POST", content=content, headers=headers
        ).status_code

    empty = '{"objects": []}'
    assert post(empty) == 202
    assert (post(empty, desk.reader), post(empty, desk.keys["B02"])) == (403, 403)
    assert (post(empty, media="application/json"), post("["), post(b"x" * (9 << 20))) == (415, 400, 413)


def test_what_was_added_later_is_never_before_what_a_partner_has(desk: Desk) -> None:
    desk.publish(RECORD)
    desk.publish(build_record(9, ("account",)))
    lines = desk.ask(f"{desk.path}/manifest/?limit=1000").json()["objects"]
    times = [datetime.fromisoformat(line["date_added"]) for line in lines]
    assert times == sorted(set(times))
