"""The command line: every command is a thin door to the package that does the work.

Commands are loaded when called, so that `warroom --help` answers at once.
"""
