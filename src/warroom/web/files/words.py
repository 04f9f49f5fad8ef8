"""What is said of rows that would be refused."""

from warroom.web.kit.words.mark import N_

REASONS = {
    "required": N_("it is empty and must be given"),
    "number": N_("it is no number"),
    "comma": N_("a comma may mark its decimals"),
    "not_finite": N_("it is no finite number"),
    "not_positive": N_("it is not more than zero"),
    "digits": N_("it has too many digits"),
    "decimals": N_("it has more than two decimals, and nothing is rounded here"),
    "integer": N_("it is no whole number"),
    "range": N_("it is out of its bounds"),
    "time": N_("it is no time as declared"),
    "no_unit": N_("it is a number, and nothing says of what unit"),
    "no_zone": N_("it names no time zone"),
    "buddhist": N_("its year looks Buddhist"),
    "future": N_("it is later than today"),
    "century": N_("its year of two digits may be of another century"),
    "too_old": N_("it is too long ago"),
    "choice": N_("it is a word that is not known"),
    "currency": N_("it is no code of a currency"),
    "unit": N_("its unit is another currency than the row's"),
    "one_way": N_("it stands in both columns, or in none"),
    "direction": N_("nothing says which way it went"),
    "other_side": N_("the other side is not named"),
    "shortened": N_("a spreadsheet has shortened it"),
    "ragged": N_("the row has more or fewer columns than the file"),
    "second_table": N_("it belongs to a second table on the sheet"),
}
OTHER = N_("it cannot be read")
