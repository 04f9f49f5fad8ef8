"""What records, signals and actions are about: one vocabulary of kinds, and one way to write down whom or what is meant."""
