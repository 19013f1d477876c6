"""Figures: one YAML of texts and one drawing function each."""
