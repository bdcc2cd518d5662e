-- How many rows a segment and the rows it was written from do not have in common.
SELECT count(*)
FROM (
    (SELECT * EXCLUDE (place) FROM taken EXCEPT ALL FROM read_parquet('{file}'))
    UNION ALL
    (FROM read_parquet('{file}') EXCEPT ALL SELECT * EXCLUDE (place) FROM taken)
);
