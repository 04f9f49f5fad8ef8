"""Plans: which measures of which agencies, taken together, leave the least of a criminal network's flow.

A plan is computed from an instance: a layered flow network (arcs in a row are all needed, arcs side by side replace each
other), measures that cut arcs, budgets by agency, limits of harm, and arcs that appear after some days as substitutes.
It comes with its value, a bound that no plan can beat, each measure's own worth, its harm, and the next-best plans. The
value is recomputed from the instance by code that the search does not use.

It refuses: to plan without a budget for every agency, to exceed a limit of harm, to use a measure that is not ready, and to
state a value that was not recomputed. A plan is a proposal; officers decide on each of its measures.
"""
