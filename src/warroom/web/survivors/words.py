"""Words of the pages about people found: codes of the ledger in the reader's language."""

from warroom.web.kit.tables import Tables
from warroom.web.kit.words.mark import N_

FOUND = {
    "raid": N_("found in a raid"),
    "checkpoint": N_("met at a checkpoint"),
    "self": N_("came by themselves"),
    "report": N_("reported by others"),
}
AGES = {
    "child": N_("under 18"),
    "18-24": N_("18 to 24"),
    "25-34": N_("25 to 34"),
    "35-49": N_("35 to 49"),
    "50-64": N_("50 to 64"),
    "65+": N_("65 and older"),
    "adult": N_("grown up, age not told"),
    "unknown": N_("not known: treated as a child"),
}
YOUTH = {"child": N_("child"), "unknown": N_("person of unknown age"), "doubted": N_("age in doubt")}
BASES = {
    "stated": N_("as the person says"),
    "assessed": N_("as assessed"),
    "document": N_("by a paper"),
    "doubted": N_("in doubt: treated as a child"),
}
OUTCOMES = {
    "indicated": N_("act, means and purpose were shown: presumed victim"),
    "doubt": N_("doubt remains: presumed victim"),
    "no_indication": N_("no indication shown; still presumed victim until two screeners decide"),
}
COUNSEL = {
    "wanted": N_("counsel is wanted"),
    "present": N_("counsel is present"),
    "declined": N_("counsel was offered and declined"),
}
MARKS = {
    "yes": N_("shown"),
    "no": N_("not shown"),
    "unsure": N_("unsure"),
    "not_said": N_("not asked or not said"),
}
ELEMENTS = {"act": N_("What was done"), "means": N_("By which means"), "purpose": N_("What for")}
HELP = {
    "shelter": N_("Shelter"),
    "medical": N_("Medical care"),
    "counsel": N_("Counsel"),
    "embassy": N_("Embassy"),
    "return": N_("Return home"),
    "family": N_("Finding the family"),
    "screening": N_("Screening"),
}
VERDICTS = {"safe": N_("safe"), "danger": N_("into danger"), "unclear": N_("unclear")}
GLASSES = {"justified": N_("it was right"), "not_justified": N_("it was not right: end the look")}
ACTS = {
    "border": N_("Entering, staying or leaving without permission"),
    "papers": N_("False statements about oneself, or travel papers"),
    "work": N_("Working without permission"),
    "online_fraud": N_("Defrauding others by telephone or online"),
    "account": N_("Opening or lending accounts or SIMs"),
    "recruiting": N_("Recruiting or bringing others"),
    "guarding": N_("Guarding or punishing others"),
    "other": N_("Another act"),
}
CLOCKS = {"reflection": N_("Days of rest"), "identification": N_("Decision")}
NOTICES = {
    "glass_broken": N_("Somebody outside the team opened what was told, with a reason; review it."),
    "glass_review_late": N_("The review of an opening with a reason is late."),
    "identification_late": N_("The decision is late; the person stays a presumed victim."),
    "reflection_over": N_("The days of rest are over."),
}
KINDS = {
    "identity": N_("Name and papers"),
    "answers": N_("Answers"),
    "draft": N_("Draft"),
    "reasons": N_("Reasons"),
    "acts": N_("Acts the person was made to do"),
    "consent": N_("Consent"),
    "referral": N_("Referral"),
    "assessment": N_("Assessment of a return"),
}
WAYS = {
    "team": N_("as a screener"),
    "glass": N_("opened with a reason, outside the team"),
    "program": N_("to protect the person"),
    "erasure": N_("erased"),
}
TABLES = {
    "found": FOUND,
    "age": AGES,
    "basis": BASES,
    "youth": YOUTH,
    "outcome": OUTCOMES,
    "counsel": COUNSEL,
    "mark": MARKS,
    "element": ELEMENTS,
    "help": HELP,
    "verdict": VERDICTS,
    "glass": GLASSES,
    "act": ACTS,
    "clock": CLOCKS,
    "notice": NOTICES,
    "kind": KINDS,
    "way": WAYS,
}


class PeopleWords(Tables):
    """`said("victim", "presumed")` in the reader's language; a code no table knows stands as it is."""

    tables = TABLES

    def youth(self, band: str) -> str:
        """What somebody with a child's protections is called: a child only where their age says so."""
        return self("youth", band if band in YOUTH else "doubted")
