"""A night: twelve hours of an exercise's clock with sixty faults of many kinds against a house that is really served.

`python -m benchmarks.night [--quick] [--faults N] [--minutes N] [--seed N] [--only KIND,KIND] [--out FILE.json] [--log FILE]`

Reports come, an officer approves what is proposed, banks answer and two of them send their records without a pause. Meanwhile
faults come one after another in three lanes, so that at most three meet at once. Of each it is measured when a person could
first see it and when the house went on by itself; what damaged a store is mended by the way out that the house names. At the
end every row that was answered for is counted, and the clock of every hold.
"""
