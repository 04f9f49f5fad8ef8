"""The exercise on the stand-in country."""

from tests.lab.demo.rehearsing import rehearsal

__all__ = ["rehearsal"]
