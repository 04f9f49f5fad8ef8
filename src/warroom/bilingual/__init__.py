"""Thai and English with equal standing: sentences from data files, amounts, and dates as people write them."""
