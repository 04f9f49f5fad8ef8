"""Records of one person, company or thing become one subject, whose number stays.

It refuses to link by a value that very many share, to merge two subjects by itself, and to say who anybody is: what it joins is
a reading aid until an officer says so."""
