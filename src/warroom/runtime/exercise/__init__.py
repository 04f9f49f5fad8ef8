"""What a running server knows of the rehearsal of a demo home: its Protocol, what came of it, and why money was missed."""
