"""What measures do beside money: who obeys after how long, what goes dark, what substitutes it, who is helped or harmed.

A measure changes only what hangs on it: every draw is named by the thing it is about, so a twin without the order
stays as it was.
"""
