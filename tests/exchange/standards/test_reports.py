"""goAML, AMLO, HTCDS and FollowTheMoney: reports fit what their readers ask for, and tables come back as they left."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest

from tests.exchange.standards.records import build_record
from warroom import settings
from warroom.errors import ExchangeError
from warroom.exchange.standards import amlo, ftm_reader, goaml, htcds
from warroom.exchange.standards.record import THING_KINDS

RECORD = build_record(3, THING_KINDS)
# Written for this test by goAML's public description: each unit has its own, and none has a licence.
SCHEMA = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:complexType name="side"><xs:sequence>
 <xs:any processContents="skip" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
<xs:element name="report"><xs:complexType><xs:sequence>
 <xs:element name="rentity_id" type="xs:int"/>
 <xs:element name="submission_code"><xs:simpleType><xs:restriction base="xs:string">
  <xs:enumeration value="E"/></xs:restriction></xs:simpleType></xs:element>
 <xs:element name="report_code" type="xs:string"/>
 <xs:element name="entity_reference" type="xs:string"/>
 <xs:element name="submission_date" type="xs:dateTime"/>
 <xs:element name="currency_code_local" type="xs:string"/>
 <xs:element name="reason" type="xs:string"/>
 <xs:element name="transaction" maxOccurs="unbounded"><xs:complexType><xs:sequence>
  <xs:element name="transactionnumber"><xs:simpleType><xs:restriction base="xs:string">
   <xs:maxLength value="50"/></xs:restriction></xs:simpleType></xs:element>
  <xs:element name="date_transaction" type="xs:dateTime"/>
  <xs:element name="transmode_code" type="xs:string"/>
  <xs:element name="amount_local" type="xs:decimal"/>
  <xs:element name="t_from" type="side"/><xs:element name="t_to" type="side"/>
 </xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""


def test_a_report_of_goaml_fits_the_schema_that_the_deployer_supplies() -> None:
    report = goaml.render(RECORD, SCHEMA, goaml.list_codes(["entity=42"]))
    assert report.count(b"<transaction>") == len(RECORD.payments)
    assert b"<amount_local>49500.00</amount_local>" in report
    assert goaml.list_not_held(RECORD) == {
        **{kind: 3 for kind in THING_KINDS if kind != "account"},
        "hold": 3,
        "tie": 9,
    }


def test_a_report_that_does_not_fit_or_a_schema_that_is_none_stops_it() -> None:
    with pytest.raises(ExchangeError, match="does not fit"):
        goaml.render(RECORD, SCHEMA, goaml.list_codes(["entity=no number"]))
    with pytest.raises(ExchangeError, match="schema cannot be used"):
        goaml.render(RECORD, b"<no schema")
    outside = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    with pytest.raises(ExchangeError, match="schema cannot be used"):
        goaml.render(RECORD, outside)
    with pytest.raises(ExchangeError, match="no code 'colour'"):
        goaml.list_codes(["colour=red"])


def test_the_report_to_amlo_has_both_sides_with_their_numbers_and_what_is_held() -> None:
    rows = list(csv.DictReader(io.StringIO(amlo.render(RECORD).decode("utf-8-sig"))))
    assert len(rows) == len(RECORD.payments)
    first = rows[0]
    assert (first["sender_identity_number"], first["receiver_identity_number"]) == ("H-0", "H-1")
    assert (first["amount"], first["held"], first["hold_reference"]) == ("49500.00", "10000.00", "H00000001")
    assert set(first) == {*amlo.COLUMNS, "exercise"}


def test_forced_criminality_leaves_as_the_nearest_value_and_comes_back_as_it_was() -> None:
    person = htcds.HtcdsPerson(
        "P-7",
        "C-1",
        ("forced-criminality", "servitude"),
        "presumed",
        False,
        date(2026, 11, 2),
        "XA",
        True,
        ("DebtBondage",),
    )
    content = htcds.render([person])
    assert htcds.parse_htcds(content) == (person,)
    row = next(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert row["vic_TypeOfExploitation"] == "ForcedLabour;Servitude"
    # Without our column it is another's statement: forced labour, and nothing more is read into it.
    stripped = content.replace(b"forced-criminality;servitude", b"")
    assert htcds.parse_htcds(stripped)[0].exploitation == ("forced-labour", "servitude")
    with pytest.raises(ExchangeError, match="has not agreed"):
        htcds.render([replace(person, has_consent=False)])
    with pytest.raises(ExchangeError, match="fields of HTCDS"):
        htcds.parse_htcds(b"a,b\n1,2\n")


def test_every_field_and_value_is_one_of_the_standard() -> None:
    path = settings.get_folder("WARROOM_SHARED") / "data" / "standards" / "htcds-2.0-fields.json"
    if not path.exists():
        pytest.skip("the list of the standard's fields is not on this machine")
    lines = {line["Field Name including Prefix"]: line for line in json.loads(path.read_text())}
    assert set(htcds.FIELDS) <= set(lines)
    values = lines["vic_TypeOfExploitation"]["Value Names (if picklist)"].split()
    assert set(htcds.STANDARD_VALUES.values()) <= set(values)
    assert set(htcds.STATUS_VALUES.values()) <= set(
        lines["vic_TraffickingStatus"]["Value Names (if picklist)"].split()
    )


def test_entities_of_followthemoney_are_read_and_strange_ones_counted() -> None:
    def entity(key: str, schema: str, **said: str) -> bytes:
        properties = {name: [value] for name, value in said.items()}
        return json.dumps({"id": key, "schema": schema, "properties": properties}).encode()

    lines = [
        entity("a", "BankAccount", accountNumber="1", bankName="B01", currency="THB"),
        entity("b", "BankAccount", accountNumber="2", bankName="B02"),
        entity("c", "Person", name="Invented Person"),
        entity(
            "d",
            "Payment",
            payerAccount="a",
            beneficiaryAccount="b",
            amount="12.50",
            currency="THB",
            startDate="2026-11-24T02:31:04",
        ),
        entity("e", "Ownership", owner="c", asset="b"),
        entity("f", "Vessel", name="Invented Ship"),
    ]
    back = ftm_reader.parse_ftm(b"\n".join(lines))
    assert [thing.key for thing in back.record.things] == [
        "account:B01/1",
        "account:B02/2",
        "person:Invented Person",
    ]
    payment = back.record.payments[0]
    assert (payment.payer, payment.payee, payment.amount) == ("account:B01/1", "account:B02/2", 1250)
    assert (back.record.ties[0].relation, back.others) == ("owns", {"Vessel": 1})
    with pytest.raises(ExchangeError, match="no entities"):
        ftm_reader.parse_ftm(b"{}\n")
