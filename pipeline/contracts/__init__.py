"""One YAML per table: everything typed elsewhere is derived from it."""
