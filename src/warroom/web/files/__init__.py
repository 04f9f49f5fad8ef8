"""Files that an officer brings: upload, what is proposed, and the officer's word."""
