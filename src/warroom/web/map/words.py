"""The words of the map and of what hangs on a line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from warroom.law.kinds.declarations import ActionKind, load_kind
from warroom.ledger.officers import Officer
from warroom.room.map.views import Guarded, LayerCode, MapView
from warroom.sentences.catalogue import find_word
from warroom.sites.views import NamedPlace, SupplyKind
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import format_declared_code
from warroom.web.kit.words.mark import N_

POWER = ("feeder", "generator")
PROPOSED = {
    "feeder": ("power-cut", "supply", "megawatts"),
    "fibre": ("internet-cut", "supply", "megabits"),
    "mast": ("mast-adjustment", "mast", ""),
    "satellite": ("satellite-terminal-report", "terminal", ""),
}
"""What may be proposed about a line: the kind, its sort of subject, and the field that its capacity fills."""


@dataclass(frozen=True, slots=True)
class MapWords:
    """Says what stands on the map to one reader."""

    say: Say

    def format_code(self, table: str, code: str) -> str:
        """What one of the map's tables in the catalogue calls a code."""
        return find_word(f"map.{table}", code, self.say.language) or code

    def format_layer(self, code: LayerCode) -> str:
        return self.format_code("layer", code)

    def format_kind(self, code: str) -> str:
        return self.format_code("kind", code)

    def format_question(self, code: str) -> str:
        return self.format_code("question", code)

    def format_use(self, code: str) -> str:
        return self.format_code("use", code)

    def format_single_use(self, code: str) -> str:
        return self.format_code("one-use", code)

    def format_spot(self, spot: NamedPlace | None, name: str = "") -> str:
        """A place in the reader's language, or as its source names it."""
        if spot is None:
            return name or self.say.catalog.gettext(N_("not known"))
        return spot.name.th if self.say.language == "th" else spot.name.en

    def format_count(self, number: int | None) -> str:
        """A count; one below five is not told."""
        return "<5" if number is None else self.say.count(number)

    def format_capacity(self, kind: str, value: float | None) -> str:
        if value is None:
            return self.say.catalog.gettext(N_("not known"))
        unit = format_declared_code("units", "MW" if kind in POWER else "Mbit/s", self.say)
        return f"{value:,.3f}".rstrip("0").rstrip(".") + f" {unit}"

    def format_unit(self, code: str) -> str:
        """The unit of a meter."""
        return self.format_code("unit", code)

    def format_days(self, value: float | None) -> str:
        """Days until a replacement stands."""
        if value is None:
            return self.say.catalog.gettext(N_("not known"))
        if value == 0:
            return self.say.catalog.gettext(N_("at once"))
        return self.say.catalog.ngettext("{count} day", "{count} days", round(value)).format(
            count=f"{value:,.0f}"
        )

    def format_hours(self, value: float | None) -> str:
        if value is None:
            return self.say.catalog.gettext(N_("none"))
        return self.say.catalog.gettext(N_("{count} h")).format(count=f"{value:,.1f}".rstrip("0").rstrip("."))

    def format_thing_name(self, code: LayerCode, facts: dict[str, Any], view: MapView) -> str:
        """What a shape is called."""
        if code in ("places", "buildings"):
            return f"{self.format_single_use(facts['use'])} {facts['id']}"
        if code in ("supply", "standby"):
            return f"{self.format_kind(facts['kind'])} {facts['id']}"
        if code in ("reports", "corridors"):
            return f"{self.format_layer(code)}: " + self.format_title(code, facts, view).rpartition(": ")[0]
        return self.format_title(code, facts, view)

    def format_thing_count(self, code: LayerCode, facts: dict[str, Any]) -> str:
        """How many hang on a thing, or lead there; "" where nothing is counted."""
        _, ngettext = self.say.catalog.gettext, self.say.catalog.ngettext
        if code == "places":
            return ngettext("{count} tip", "{count} tips", facts["tips"]).format(
                count=self.say.count(facts["tips"])
            )
        if code == "supply" and facts["kind"] == "mast" and not facts["homes"]:
            return _("its users are in no record")
        if code == "supply":
            return self.format_affected(facts["homes"], facts["clinics"], facts["schools"], facts["others"])
        if code == "buildings":
            return _("own power: {hours}").format(hours=self.format_hours(facts["backup_hours"]))
        return self.format_count(facts["count"]) if code in ("reports", "corridors") else ""

    def format_affected(self, homes: int, clinics: int, schools: int, others: int) -> str:
        """Who hangs on a line, without what is nought."""
        _, ngettext = self.say.catalog.gettext, self.say.catalog.ngettext
        phrases = [
            ngettext("{count} home", "{count} homes", homes).format(count=self.say.count(homes))
            if homes
            else "",
            ngettext("{count} clinic", "{count} clinics", clinics).format(count=clinics) if clinics else "",
            ngettext("{count} school", "{count} schools", schools).format(count=schools) if schools else "",
        ]
        named_phrases = [phrase for phrase in phrases if phrase]
        if not named_phrases and others:
            return ngettext("{count} other building", "{count} other buildings", others).format(count=others)
        return ", ".join(named_phrases) or _("nobody else on it")

    def format_guarded(self, one: Guarded) -> str:
        """A clinic or school in a cut's reach, in two words."""
        _ = self.say.catalog.gettext
        if one.use == "school":
            return self.format_single_use(one.use)
        if self.is_without_power(one):
            return _("clinic, no generator")
        return _("clinic, generator {hours}").format(hours=self.format_hours(one.backup_hours))

    def is_without_power(self, one: Guarded) -> bool:
        """Whether a cut leaves a clinic without any power: one such stops the cut."""
        return one.use == "clinic" and not one.backup_hours

    def format_cut_point(self) -> str:
        """What stands at the point of a cut."""
        return self.say.catalog.gettext(N_("cut here"))

    def format_moment(self, iso: str) -> str:
        """A moment as a layer writes it."""
        return self.say.moment(datetime.fromisoformat(iso))

    def format_objection(self, code: str) -> str:
        """What speaks against a place's being one."""
        return self.format_code("against", code)

    def format_title(self, code: LayerCode, facts: dict[str, Any], view: MapView) -> str:
        """What a shape is, in one line."""
        _ = self.say.catalog.gettext
        if code == "supply":
            return self._format_supply_line(facts)
        if code == "places":
            return f"{self.format_thing_name(code, facts, view)} · {self.format_thing_count(code, facts)}"
        if code == "standby":
            return f"{self.format_kind(facts['kind'])} {facts['id']}"
        if code == "buildings":
            own = self.format_hours(facts["backup_hours"])
            return f"{self.format_single_use(facts['use'])} {facts['id']} · " + _(
                "own power: {hours}"
            ).format(hours=own)
        if code == "operations":
            return f"{facts['name']} · {facts['place']}"
        if code == "reports":
            return f"{facts['province']}: {self.format_count(facts['count'])}"
        if code == "corridors":
            return f"{facts['from']} → {facts['to']}: {self.format_count(facts['count'])}"
        state = find_word("states.action", facts["state"], self.say.language)
        return f"{facts['reference']} · {state} · {facts['subject']}"

    def _format_supply_line(self, facts: dict[str, Any]) -> str:
        _ = self.say.catalog.gettext
        who = _("homes {homes}, clinics {clinics}, schools {schools}").format(
            homes=self.say.count(facts["homes"]),
            clinics=self.say.count(facts["clinics"]),
            schools=self.say.count(facts["schools"]),
        )
        return f"{self.format_kind(facts['kind'])} {facts['id']} · {who}"


HREFS = {"supply": "/supply/{id}", "standby": "/supply/{id}", "operations": "/operations/{operation}"}


def build_href(code: str, facts: dict[str, Any]) -> str:
    """The page of what a shape stands for; empty for none."""
    if code == "actions":
        return f"/actions/{facts['id']}"
    return (
        # Partners number their lines as they like, with slashes too.
        HREFS[code].format(**{k: quote(str(v), safe="") for k, v in facts.items()}) if code in HREFS else ""
    )


def build_proposal_fields(
    line: str, kind_of_line: SupplyKind, near: NamedPlace | None, capacity: float | None
) -> dict[str, str]:
    """The fields of the form that proposes an action on a line; empty where none is proposed about its kind."""
    if kind_of_line not in PROPOSED:
        return {}
    kind, sort, size = PROPOSED[kind_of_line]
    given = {"kind": kind, "subjects_kind": sort, "subjects": line}
    if near:
        given["subjects_note"] = near.name.en
    if size and capacity is not None:
        given[f"d-{size}"] = f"{capacity:g}"
    return given


def build_proposal_link(given: dict[str, str], officer: Officer) -> tuple[ActionKind | None, str]:
    """What may be proposed with these fields, and the form's address; "" for an officer whom the form would refuse."""
    kind = load_kind(given["kind"]) if given else None
    may = kind is not None and officer.has_role(*kind.proposes)
    return kind if may else None, f"/actions/new?{urlencode(given)}" if may else ""
