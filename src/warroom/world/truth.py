"""What was true: nothing but `evaluation` and tests may import this."""
