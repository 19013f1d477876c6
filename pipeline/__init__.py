"""The library: sources, contracts, store, checks, indicators, publication. It knows no orchestrator."""
