"""`warroom partner`: partners, and the keys that banks' programs come with."""

from typing import Annotated, Any

from cyclopts import App, Parameter

from warroom.access.agencies import add_agency, change_telephone
from warroom.access.api_keys.keys import PER_DAY, PER_MINUTE, add_key, keys, revoke_key
from warroom.access.views import AgencyKind, AgencyView, PartnerKeyView
from warroom.bilingual.texts import Texts
from warroom.cli.answer import answer, note, say
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
        made = _add(ledger, code, Texts(name_th, name_en), kind, country, telephone)
    if json:
        named = {"name_th": made.name.th, "name_en": made.name.en}
        answer({"code": made.code, "kind": made.kind, "country": made.country} | named)
        return
    say(f"{made.code}, {made.name.en}, is a partner here.")
    if made.kind == "bank":
        note(f"Give its program a key with 'warroom partner key add {made.code} --scope transfers:write'.")


def _add(
    ledger: Ledger, code: str, name: Texts, kind: AgencyKind, country: str, telephone: str
) -> AgencyView:
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
        answer({"secret": made.secret} | _plain(made.key))
        return
    # Beside the answer, so that standard output holds the key alone and can be led where it belongs.
    note(f"Hand this key to {partner} over a safe way; it is not shown again. Its name is {made.key.prefix}.")
    say(made.secret)


@key.default
@key.command(name="list")
def show_list(*, json: Json = False) -> None:
    """List every key, also those that were ended, with what each was used today.

    Example: warroom partner key list
    """
    with Ledger.open(open_home(create=None)) as ledger:
        found = keys(ledger)
    if json:
        answer({"keys": [_plain(one) for one in found]})
        return
    for one in found:
        state = "  (ended)" if one.revoked_at else ""
        used = f"{one.asked} asked, {one.refused} refused today"
        say(f"{one.prefix:<10} {one.partner:<16} {', '.join(sorted(one.scopes)):<30} {used}{state}")
    if not found:
        note("There is no key yet; make the first with 'warroom partner key add'.")


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
        answer(_plain(ended))
        return
    say(f"The key {ended.prefix} of {ended.partner} opens nothing any more.")


def _plain(one: PartnerKeyView) -> dict[str, Any]:
    return {
        "prefix": one.prefix,
        "partner": one.partner,
        "scopes": sorted(one.scopes),
        "per_minute": one.per_minute,
        "per_day": one.per_day,
        "made_at": one.made_at.isoformat(),
        "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
        "asked": one.asked,
        "refused": one.refused,
    }
