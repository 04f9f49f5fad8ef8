"""The map drawn: its ground, its layers as GeoJSON and as a drawing, and the words of both."""
