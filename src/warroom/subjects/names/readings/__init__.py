"""How words of each script are read aloud, spelled in Latin letters: several ways where people spell them in several."""
