"""The command line: every command is a thin wrapper around the package that does the work.

Commands are loaded when called, so that `warroom --help` answers at once.
"""
