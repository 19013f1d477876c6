"""Checks: contracts and cross-table rules through Great Expectations, row accounting."""
