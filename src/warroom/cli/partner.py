"""`warroom partner`: partners, and the API keys of banks' programs."""

from typing import Annotated, Any

from cyclopts import App, Parameter

from warroom.access.agencies import add_agency, change_telephone
from warroom.access.api_keys.keys import PER_DAY, PER_MINUTE, add_key, list_keys, revoke_key
from warroom.access.views import AgencyKind, AgencyView, PartnerKeyView
from warroom.bilingual.texts import Texts
from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.clocked import its_time
from warroom.cli.options import Json
from warroom.home import open_home
from warroom.ledger.ledger import Ledger

app = App(
    name="partner",
    help="Partners, and keys of banks' programs. Example: warroom partner key add B01 --scope payee-check",
    help_format="plaintext",
)
key = App(name="key", help="Keys of banks' programs: make, list and end them.", help_format="plaintext")
app.command(key)


@app.command(name="add")
def add_partner(
    code: str,
    *,
    name_th: str = "",
    name_en: str = "",
    kind: AgencyKind = "bank",
    country: str = "TH",
    telephone: str = "",
    json: Json = False,
) -> None:
    """Add a partner: an agency that may be told, asked, or given keys. The same again changes nothing; with a telephone and
    no names the telephone of a partner who is known is changed.

    Example: warroom partner add B01 --name-th "ธนาคารหนึ่ง" --name-en "Bank One"

    Parameters
    ----------
    code
        Its short code in capitals, which never changes; a bank's is the code under which it stands in records.
    name_th
        Its name in Thai; may be left out for a partner who is known.
    name_en
        Its name in English; the same.
    kind
        What it is; keys of programs are for banks.
    country
        Its country by ISO 3166, as TH.
    telephone
        Whom officers call where it is silent; given again it replaces the one before.
    """
    home = open_home()
    with its_time(home), Ledger.open(home) as ledger:
        made = _add_or_change(ledger, code, Texts(name_th, name_en), kind, country, telephone)
    if json:
        named = {"name_th": made.name.th, "name_en": made.name.en}
        print_json({"code": made.code, "kind": made.kind, "country": made.country} | named)
        return
    print_line(f"{made.code}, {made.name.en}, is a partner here.")
    if made.kind == "bank":
        print_note(
            f"Give its program a key with 'warroom partner key add {made.code} --scope transfers:write'."
        )


def _add_or_change(
    ledger: Ledger, code: str, name: Texts, kind: AgencyKind, country: str, telephone: str
) -> AgencyView:
    # Names identify a new partner; without them only a known one's telephone can be meant.
    if telephone and not (name.th or name.en):
        return change_telephone(ledger, None, code, telephone)
    return add_agency(ledger, None, code, name, kind, country, telephone)


@key.command
def add(
    partner: str,
    *,
    scope: Annotated[list[str] | None, Parameter(negative=())] = None,
    per_minute: int = PER_MINUTE,
    per_day: int = PER_DAY,
    json: Json = False,
) -> None:
    """Make a key for a bank's program. It is shown once, on standard output, and kept nowhere.

    Example: warroom partner key add B01 --scope payee-check --per-minute 60000

    Parameters
    ----------
    partner
        The code of the bank's agency, which is also the bank's code in records.
    scope
        What the key opens: payee-check, transfers:write; may be given more than once.
    per_minute
        How many requests a minute it may come with.
    per_day
        How many requests a day (UTC) it may come with.
    """
    home = open_home(create=None)
    with its_time(home), Ledger.open(home) as ledger:
        made = add_key(ledger, partner, scope or [], per_minute=per_minute, per_day=per_day)
    if json:
        print_json({"secret": made.secret} | _to_plain(made.key))
        return
    # On standard error, so that standard output has only the key and can be piped to where it belongs.
    print_note(
        f"Hand this key to {partner} over a safe way; it is not shown again. Its name is {made.key.prefix}."
    )
    print_line(made.secret)


@key.default
@key.command(name="list")
def show_list(*, json: Json = False) -> None:
    """List every key, also those that were ended, with what each was used today.

    Example: warroom partner key list
    """
    with Ledger.open(open_home(create=None)) as ledger:
        key_views = list_keys(ledger)
    if json:
        print_json({"keys": [_to_plain(key_view) for key_view in key_views]})
        return
    for key_view in key_views:
        state = "  (ended)" if key_view.revoked_at else ""
        used = f"{key_view.asked} asked, {key_view.refused} refused today"
        print_line(
            f"{key_view.prefix:<10} {key_view.partner:<16} {', '.join(sorted(key_view.scopes)):<30} {used}{state}"
        )
    if not key_views:
        print_note("There is no key yet; make the first with 'warroom partner key add'.")


@key.command
def revoke(prefix: str, *, json: Json = False) -> None:
    """End a key at once; a server that runs refuses the next request that comes with it.

    Example: warroom partner key revoke abcd2345

    Parameters
    ----------
    prefix
        The key's name: the eight signs after 'wr_'.
    """
    home = open_home(create=None)
    with its_time(home), Ledger.open(home) as ledger:
        ended = revoke_key(ledger, prefix)
    if json:
        print_json(_to_plain(ended))
        return
    print_line(f"The key {ended.prefix} of {ended.partner} opens nothing any more.")


def _to_plain(key_view: PartnerKeyView) -> dict[str, Any]:
    return {
        "prefix": key_view.prefix,
        "partner": key_view.partner,
        "scopes": sorted(key_view.scopes),
        "per_minute": key_view.per_minute,
        "per_day": key_view.per_day,
        "made_at": key_view.made_at.isoformat(),
        "revoked_at": key_view.revoked_at.isoformat() if key_view.revoked_at else None,
        "asked": key_view.asked,
        "refused": key_view.refused,
    }
