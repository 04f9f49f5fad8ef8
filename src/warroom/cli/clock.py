"""`warroom clock`: whether this machine's clock is believed, and an officer's confirmation that it is right."""

from cyclopts import App

from warroom import clock, timekeeping
from warroom.cli.answer import print_json, print_line
from warroom.cli.options import Code, PasswordStdin, Switch
from warroom.cli.signed import signed_in
from warroom.home import open_home
from warroom.runtime import clock_doubt

app = App(
    name="clock",
    help="Whether the machine's clock is believed. Example: warroom clock confirm --officer dao",
    help_format="plaintext",
)


@app.default
def show_clock(*, json: Switch = False) -> None:
    """Show what the clock says and the newest time that this home has seen.

    Example: warroom clock

    Parameters
    ----------
    json
        Answer with one line of JSON: now, newest, believed.
    """
    home, now = open_home(create=None), clock.get_now()
    seen = timekeeping.find_clock_state(home)
    # A home that has seen no time yet has nothing to compare with.
    believed = seen is None or seen.is_plausible(now)
    if json:
        print_json({"now": now, "newest": seen.newest if seen else None, "believed": believed})
        return
    newest = f"{seen.newest:%Y-%m-%d %H:%M} UTC" if seen else "nothing"
    state = (
        "" if believed else "; it is doubted: set it right, or run 'warroom clock confirm' where it is right"
    )
    print_line(
        f"The clock says {now:%Y-%m-%d %H:%M} UTC; the newest that this home has seen is {newest}{state}."
    )


@app.command
def confirm(
    *, officer: str, code: Code = "", password_stdin: PasswordStdin = False, json: Switch = False
) -> None:
    """Say that the clock is right, as an administrator, supervisor or commander: what waited for it is done now. Signs
    in with your password.

    Example: warroom clock confirm --officer dao

    Parameters
    ----------
    officer
        Your user name.
    json
        Answer with one line of JSON: now, officer.
    """
    # A person with a password, not a script: a confirmed clock lets data be erased.
    with signed_in(officer, password_stdin, code) as (ledger, person):
        clock_doubt.confirm_clock(ledger, person, now := clock.get_now())
    if json:
        print_json({"now": now, "officer": officer})
        return
    print_line(f"The clock is confirmed at {now:%Y-%m-%d %H:%M} UTC by {officer}.")
