"""Learning who works like a mule, from a file of labels or from what a home's reports lead to, and the card of what a model is worth."""
