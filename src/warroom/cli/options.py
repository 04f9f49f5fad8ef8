"""Options common to several commands, with their help texts."""

from typing import Annotated

from cyclopts import Parameter

Switch = Annotated[bool, Parameter(negative=())]
"""A flag without a negative form (`--no-...`)."""
Json = Annotated[Switch, Parameter(help="Answer with one line of JSON.")]
Code = Annotated[str, Parameter(help="The code of your authenticator, where you have one.")]
PasswordStdin = Annotated[Switch, Parameter(help="Read the password from standard input instead of asking.")]
