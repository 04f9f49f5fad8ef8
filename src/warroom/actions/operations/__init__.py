"""Joint operations: many actions of several agencies at one hour, planned together and sent by one go.

It refuses: a go on a board that has changed, without two officers of whom one commands, past its hour, or through doors
without screeners and a shelter; and to send what is not what was approved. To call it off one officer is enough.
"""
