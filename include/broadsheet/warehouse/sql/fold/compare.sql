-- Do a segment and the rows it was written from say different things? Told by sums of hashes: in the memory of one row.
SELECT
    (SELECT (count(*), sum(hash(told))) FROM (SELECT * EXCLUDE (place) FROM taken) AS told)
    IS DISTINCT FROM (SELECT (count(*), sum(hash(told))) FROM read_parquet('{file}') AS told);
