-- The segments that are read.
SELECT period, table_name, file, rows, bytes, sha256 FROM segments WHERE is_read ORDER BY table_name, period;
