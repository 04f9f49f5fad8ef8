"""What lives as long as the server is no garbage, and need not be looked at to find that out."""

import gc


def set_aside() -> None:
    """Leave out of all further looks for garbage what lives as long as the server: while those run nobody is answered, and
    over everything that was loaded one takes a fifth of a second.
    """
    gc.collect()
    gc.freeze()
