"""What the program says when it refuses, warns or notes something: one catalogue by code, in Thai and English."""
