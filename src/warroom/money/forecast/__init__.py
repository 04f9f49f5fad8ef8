"""When money that is still there is likely to leave: how fast such money moved before, from the own records, and before
there are any from the synthetic country's. It says shares, moments and bands of sums; it refuses to know any officer, to
look at a person, and to hold.
"""
