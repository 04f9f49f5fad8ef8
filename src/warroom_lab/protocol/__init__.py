"""How features and learning are measured on any set of labelled transfers, ours or other people's.

Rows in the order of time, 60 of 100 to learn from, 20 to stop, calibrate and set the threshold, 20 to be tested on. A
label is never a feature, and nothing of the test is known before it.
"""
