"""A case's payments as a report of goAML (UNODC), for financial intelligence units.

Each unit has its own schema and codes, and the schema has no licence: the deployer supplies both. A report that does not fit the
schema does not leave. What goAML cannot hold: things that no payment names, holds, ties and marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from warroom.errors import ExchangeError
from warroom.exchange.standards.cap import strip_unfit_signs
from warroom.exchange.standards.record import (
    ExchangedThing,
    SharedPayment,
    SharedRecord,
    count_kinds,
    format_amount,
)

MEDIA = "application/xml"


@dataclass(frozen=True, slots=True)
class GoamlCodes:
    """The unit's own codes. `entity`: the number under which it knows the sender; `country`: ISO 3166 alpha-2."""

    entity: str = "1"
    report: str = "STR"
    transfer: str = "A"
    funds: str = "K"
    country: str = "TH"
    indicators: tuple[str, ...] = ()


def render(record: SharedRecord, schema: bytes, codes: GoamlCodes | None = None) -> bytes:
    """The report as XML, valid by the unit's schema. Raises ExchangeError with the first thing that does not fit."""
    root = _build_report(record, codes or GoamlCodes())
    check_report(root, schema)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def check_report(root: Any, schema: bytes) -> None:
    """Raises ExchangeError where a report does not fit a schema, or the schema cannot be used."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        checker: Any = etree.XMLSchema(etree.fromstring(schema, parser))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError):
        raise ExchangeError(
            "The schema cannot be used; supply the unit's own XSD in one file, without imports and with patterns of XML Schema."
        ) from None
    if not checker.validate(root):
        first = checker.error_log[0]
        raise ExchangeError(f"The report does not fit the unit's schema: {first.message} Nothing left.")


def list_not_held(record: SharedRecord) -> dict[str, int]:
    """How many of what goAML cannot hold, by kind."""
    named = {end for payment in record.payments for end in (payment.payer, payment.payee)}
    lost = [thing.kind for thing in record.things if thing.key not in named]
    return count_kinds([*lost, *("hold" for _ in record.holds), *("tie" for _ in record.ties)])


def _build_report(record: SharedRecord, codes: GoamlCodes) -> Any:
    things = {thing.key: thing for thing in record.things}
    root = etree.Element("report")
    currency = next((payment.currency for payment in record.payments), "THB")
    _add_text(root, "rentity_id", codes.entity)
    _add_text(root, "submission_code", "E")
    _add_text(root, "report_code", codes.report)
    _add_text(root, "entity_reference", record.number)
    _add_text(root, "submission_date", f"{record.made_at:%Y-%m-%dT%H:%M:%S}")
    _add_text(root, "currency_code_local", currency)
    _add_text(
        root,
        "reason",
        "EXERCISE: all names and figures are invented." if record.is_exercise else "Reported fraud.",
    )
    for payment in record.payments:
        if payment.payer in things and payment.payee in things:
            _add_transaction(root, payment, things, codes)
    if codes.indicators:
        listed = etree.SubElement(root, "report_indicators")
        for indicator in codes.indicators:
            _add_text(listed, "indicator", indicator)
    return root


def _add_transaction(
    root: Any, payment: SharedPayment, things: dict[str, ExchangedThing], codes: GoamlCodes
) -> None:
    made = etree.SubElement(root, "transaction")
    _add_text(made, "transactionnumber", payment.id)
    _add_text(made, "date_transaction", f"{payment.time:%Y-%m-%dT%H:%M:%S}")
    _add_text(made, "transmode_code", codes.transfer)
    _add_text(made, "amount_local", format_amount(payment.amount))
    for side, end in (("from", payment.payer), ("to", payment.payee)):
        part = etree.SubElement(made, f"t_{side}")
        _add_text(part, f"{side}_funds_code", codes.funds)
        account = etree.SubElement(part, f"{side}_account")
        _add_text(account, "institution_code", things[end].bank or "-")
        _add_text(account, "account", things[end].value)
        _add_text(account, "currency_code", payment.currency)
        _add_text(part, f"{side}_country", codes.country)


def _add_text(parent: Any, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = strip_unfit_signs(text)


def list_codes(words: Sequence[str]) -> GoamlCodes:
    """Codes from words such as `entity=12`; raises ExchangeError for an unknown one."""
    given = dict(word.partition("=")[::2] for word in words)
    if unknown := set(given) - {"entity", "report", "transfer", "funds", "country"}:
        raise ExchangeError(
            f"There is no code '{min(unknown)}'; the codes are entity, report, transfer, funds and country."
        )
    return GoamlCodes(**given)  # type: ignore[arg-type]
