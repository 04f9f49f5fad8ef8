"""What partners send: their records in their own formats, with the faults real deliveries have."""
