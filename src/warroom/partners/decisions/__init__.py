"""What officers decide of partners: agreements, what is shared and revoked, answers to requests, and matching runs."""
