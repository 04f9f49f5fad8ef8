"""The models that ship with the program, each with its card. What loads one is the package of its kind of signal."""
