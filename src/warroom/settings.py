"""All settings, as environment variables; the docs page of settings is generated from this list.

`SETTINGS` is the page itself: a setting that is not in it does not exist (a test compares it with the docs).
"""

import os
from dataclasses import dataclass
from pathlib import Path

from warroom.errors import SettingError


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable: its name, its default as written, its unit and what it is for."""

    name: str
    default: str
    unit: str
    meaning: str


# Texts, as the environment has them; functions below parse them when they are asked for.
SETTINGS = (
    Setting("WARROOM_HOME", "~/.warroom", "folder", "The data folder: lake, ledger, keys, outbox, evidence."),
    Setting("WARROOM_SHARED", "../shared", "folder", "Where outside data for tests and benchmarks lies."),
    Setting(
        "WARROOM_DATABASE_URL", "", "URL", "A PostgreSQL to use as ledger. Empty: the program runs its own."
    ),
    Setting(
        "WARROOM_DATABASE_OWNER_URL",
        "",
        "URL",
        "The owner's login, used only to upgrade the ledger's tables.",
    ),
    Setting(
        "WARROOM_ENGINE",
        "duckdb",
        "name or URL",
        "What queries the lake: duckdb, sc://HOST:15002 (Spark Connect) or spark://HOST:7077 (a Spark master).",
    ),
    Setting(
        "WARROOM_THREADS", "0", "threads", "Threads for ingest and queries. 0: as many as there are cores."
    ),
    Setting(
        "WARROOM_PUBLIC_DATABASE_URL",
        "",
        "URL",
        "The public pages' login at a PostgreSQL of your own; the program's own server needs none.",
    ),
    Setting(
        "WARROOM_PUBLIC_ADDRESS",
        "",
        "URL",
        "Where the public pages stand, such as https://check.go.th, for links in alerts. Empty: CAP has none, RSS those without a name.",
    ),
    Setting(
        "WARROOM_HOLDER_TELEPHONE",
        "1441",
        "number",
        "The telephone that notices and pages name to holders of held money and flagged accounts.",
    ),
    Setting(
        "WARROOM_ALERT_SENDER",
        "alerts@check.example",
        "name",
        "Who sends alerts, as CAP names it: a name under a domain of your own, without spaces or commas.",
    ),
    Setting("WARROOM_HOST", "127.0.0.1", "address", "The address the server binds to."),
    Setting("WARROOM_PORT", "8000", "port", "The port the server binds to."),
    Setting(
        "WARROOM_HOSTS", "", "names", "Names beside loopback under which the server may be asked, by comma."
    ),
    Setting("WARROOM_LANGUAGE", "th", "th or en", "The language of pages until an officer chooses one."),
    Setting("WARROOM_TIMEZONE", "Asia/Bangkok", "zone", "The zone in which pages show times."),
    Setting("WARROOM_SESSION_HOURS", "10", "hours", "How long a sign-in lasts."),
    Setting(
        "WARROOM_SECOND_FACTOR_ROLES",
        "",
        "roles",
        "Roles that need a second factor to sign in, by comma. Never asked for in exercises.",
    ),
    Setting("WARROOM_OIDC_ISSUER", "", "URL", "The agency's own provider of sign-ins (OpenID Connect)."),
    Setting("WARROOM_OIDC_CLIENT_ID", "", "name", "How that provider knows this room."),
    Setting("WARROOM_OIDC_CLIENT_SECRET", "", "secret", "What this room shows to that provider."),
    Setting(
        "WARROOM_OIDC_TRUST_MFA",
        "no",
        "yes or no",
        "Whether the provider's word that it saw several factors (amr: mfa) stands in for the second factor here.",
    ),
    Setting(
        "WARROOM_OIDC_AGENCY_CLAIM",
        "",
        "claim",
        "Where the provider says the agency's code; it must be the officer's. Empty: not looked at.",
    ),
    Setting(
        "WARROOM_OIDC_ROLES_CLAIM",
        "",
        "claim",
        "Where the provider lists roles; it must still name one of the officer's. Empty: not looked at.",
    ),
    Setting(
        "WARROOM_MAX_LINE_MB", "16", "MiB", "The longest line a text file may have before it is quarantined."
    ),
    Setting("WARROOM_RETENTION_DAYS", "365", "days", "Retention of a delivery that states none."),
    Setting(
        "WARROOM_PAYEE_CHECK_DAYS",
        "30",
        "days",
        "How long the journal keeps what banks asked before payments and what was answered.",
    ),
    Setting(
        "WARROOM_STREAM_WAITING",
        "500000",
        "rows",
        "How many pushed rows may wait for the lake before senders are asked to come again later.",
    ),
    Setting(
        "WARROOM_STREAM_LATE_SECONDS",
        "60",
        "seconds",
        "How long what came by a stream may wait before the board and 'warroom doctor' say so.",
    ),
    Setting("WARROOM_EVIDENCE_MAX_MB", "2048", "MiB", "The largest file that is taken in as evidence."),
    Setting(
        "WARROOM_TIMESTAMP_URL",
        "",
        "URL",
        "A time-stamping service (RFC 3161) that stamps each checkpoint of the log. Never used in an exercise.",
    ),
    Setting(
        "WARROOM_TIMESTAMP_CA",
        "",
        "file",
        "The PEM file of that service's root certificate, against which stamps are verified.",
    ),
    Setting(
        "WARROOM_WITNESSES",
        "",
        "folders and URLs, by comma",
        "Who keeps copies of the log's checkpoints; a witness that cosigns is written PLACE#VERIFIER-KEY.",
    ),
    Setting(
        "WARROOM_SEND_AFTER_WITNESS",
        "no",
        "yes or no",
        "Whether an order leaves only once a witness holds a checkpoint over its row of the log. Never in an exercise.",
    ),
    Setting(
        "WARROOM_MAP_TILES",
        "",
        "file",
        "A PMTiles file of the operator's own to draw under the map. Empty: borders alone. Never drawn in an exercise.",
    ),
    Setting(
        "WARROOM_SIGNALS_MODEL",
        "",
        "file or 'rule'",
        "The model that scores accounts. Empty: the home's own, else the program's; 'rule': none, by the rule.",
    ),
    Setting(
        "WARROOM_SIGNALS_AT",
        "",
        "HH:MM",
        "When the server makes the signals of each day, in WARROOM_TIMEZONE. Empty: never by itself.",
    ),
    Setting(
        "WARROOM_SIGNALS_BUDGET",
        "1000",
        "accounts",
        "How many accounts, and as many pages with adverts, people can look at a day: the most signals of a kind that the server makes by itself.",
    ),
    Setting("WARROOM_LOG_LEVEL", "info", "level", "How much the server logs. Logs never hold personal data."),
)

# A name that is not listed raises KeyError: a typo in the code is found at once.
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def get_text(name: str) -> str:
    """The value of a setting as text."""
    # An empty variable counts as unset: service files and containers often pass empty ones.
    return os.environ.get(name) or _BY_NAME[name].default


def get_number(name: str) -> float:
    """The value of a setting as a number; raises SettingError where it is none."""
    value = get_text(name)
    try:
        return float(value)
    except ValueError:
        raise SettingError(
            f"{name} is '{value}', which is not a number; unset it or write a number."
        ) from None


def get_folder(name: str) -> Path:
    """The value of a setting as an absolute folder."""
    return Path(get_text(name)).expanduser().absolute()


def count_threads() -> int:
    """How many threads bulk work may use."""
    # Zero means all cores, and so does a system that does not know their number: one.
    return int(get_number("WARROOM_THREADS")) or os.cpu_count() or 1
