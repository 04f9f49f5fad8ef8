"""Between rooms that both run this program: signed messages in order, and matching without telling."""
