"""The library: contracts, sources, store, checks, indicators, publication."""
