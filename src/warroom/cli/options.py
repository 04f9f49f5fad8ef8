"""Options common to several commands, with their help texts."""

from typing import Annotated

from cyclopts import Parameter

Flag = Annotated[bool, Parameter(negative=())]
"""A flag without a negative form (`--no-...`)."""
Json = Annotated[Flag, Parameter(help="Answer with one line of JSON.")]
Code = Annotated[str, Parameter(help="The code of your authenticator, where you have one.")]
PasswordStdin = Annotated[Flag, Parameter(help="Read the password from standard input instead of asking.")]
