"""Parquet files under their contracts, the DuckDB catalogue over them, the query engine."""
