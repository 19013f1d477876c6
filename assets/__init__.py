"""Dagster only: what depends on what. Every rule, formula and SQL text lives in `pipeline`."""
