"""The program's figures, measured on this machine and printed beside their bars."""
