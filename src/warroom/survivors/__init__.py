"""People found in raids, at checkpoints, or who come by themselves: screened, sheltered, referred, and never punished
for what they were made to do.

A person may be victim and suspect at the same time; doubt means presumed victim, and a child is a victim whatever
the means. What survivors say is kept behind a wall (`confidential`): encrypted with a key of the home, in a
schema the application's role cannot open, for the person's own screeners only, and every read is recorded. It
is never evidence against them: no search, bundle, export or log line holds a word of it.

It refuses: a charge before a completed screening or against a child or for what a victim was made to do; a screener
who investigates; informing an embassy without consent; a return into danger; a score of a person; and any
column of nationality, ethnicity, religion, language or sex.
"""
