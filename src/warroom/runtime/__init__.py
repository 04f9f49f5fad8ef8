"""The running house: the one place that names every handler, and what happens by itself.

It stands above all features and below whoever runs them: the web, the commands, the demo. Importing a feature changes
nothing; a sort of thing whose deadlines strike or whose orders leave is named in `handlers`, and nowhere else.
"""
