"""What officers decide about evidence: what comes in, and every step of custody after it."""
