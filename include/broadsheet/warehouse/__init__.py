"""The history in DuckDB: loading, comparing, publishing, reading."""
