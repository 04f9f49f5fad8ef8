"""Thai and English as equals: sentences from data files, amounts, and dates as people write them."""
