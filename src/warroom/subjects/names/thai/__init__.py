"""Thai: syllables of a word, their official romanisation (RTGS, the Royal Institute's scheme of 1999) and their exact sound."""
