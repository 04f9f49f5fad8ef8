"""The steps a row takes into the lake, each with plain inputs and outputs; `warroom.lake.intake` puts them in order."""
