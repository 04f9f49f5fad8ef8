"""The words of a building's dossier."""

from dataclasses import dataclass

from warroom.sentences.catalogue import find_word
from warroom.sites.dossier_views import SiteFinding, TiedThing
from warroom.subjects.kinds import WORDS
from warroom.web.kit.formats import Say
from warroom.web.map.words import MapWords


@dataclass(frozen=True, slots=True)
class SiteWords:
    """Says to one reader what is known of a building."""

    say: Say

    @property
    def places(self) -> MapWords:
        """The words of the map, for lines and uses."""
        return MapWords(self.say)

    def format_code(self, table: str, code: str) -> str:
        """What one of the tables of sites calls a code."""
        return find_word(f"sites.{table}", code, self.say.language) or code

    def format_finding(self, finding: SiteFinding) -> str:
        return self.format_code("finding", finding.code).format(**finding.figures)

    def format_doubt(self, doubt: SiteFinding) -> str:
        return self.format_code("doubt", doubt.code).format(**doubt.figures)

    def format_kind(self, thing: TiedThing) -> str:
        """What a tied thing is called: company, person, card."""
        word = WORDS.get("person" if thing.kind == "holder" else thing.kind)
        return thing.kind if word is None else word.th if self.say.language == "th" else word.en

    def format_relation(self, thing: TiedThing) -> str:
        return self.format_code("relation", thing.relation).replace("_", " ")

    def format_count(self, count: int | None) -> str:
        return self.places.format_count(count)
