-- Rows of a segment are open again, in poll order.
INSERT INTO open_{table} BY NAME FROM read_parquet(segments_root() || '/{file}') ORDER BY {order};
