"""`python -m warroom` is the same as `warroom`."""

from warroom.cli import main

main()
