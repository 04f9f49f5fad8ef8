"""Pages and interface of cases, their holds and appeals."""
