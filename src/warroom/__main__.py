"""`python -m warroom` is the same as `warroom`."""

from warroom.cli.app import main

main()
