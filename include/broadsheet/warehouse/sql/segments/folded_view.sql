-- {table}: what is open, and what is folded.
CREATE OR REPLACE VIEW {table} AS
FROM open_{table}
UNION ALL BY NAME
FROM read_parquet([{files}]);
