"""Which commands the laboratory adds, and where they live. Nothing is imported until one is called."""

COMMANDS = {
    "demo": "warroom_lab.cli.demo:demo",
    "world": "warroom_lab.cli.world:app",
    "bench": "warroom_lab.cli.bench:app",
    "evaluate": "warroom_lab.cli.evaluate:evaluate",
    "forecast check": "warroom_lab.cli.forecast:check",
    "signals train": "warroom_lab.cli.mules:train",
    "signals train-payments": "warroom_lab.cli.payments:train",
    "forecast train": "warroom_lab.cli.forecast:train",
}
DOES = {
    "demo": "Rehearse in a small synthetic country until stopped.",
    "world": "Synthetic countries to learn and to measure with.",
    "bench": "Measure on labelled transfers and names.",
    "evaluate": "Play policies on synthetic countries: what each saved, whom it harmed.",
}
