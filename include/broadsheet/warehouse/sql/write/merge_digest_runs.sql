-- Take in runs: new ones, and what differs of those that are here. `told` is an Arrow table; tells how many rows that were.
MERGE INTO digest_runs
USING told
ON digest_runs.run_key = told.run_key
WHEN MATCHED AND (
    digest_runs.frozen_at, digest_runs.closed_at, digest_runs.state, digest_runs.candidates, digest_runs.prepared,
    digest_runs.excluded, digest_runs.reason
) IS DISTINCT FROM (
    told.frozen_at, told.closed_at, told.state, told.candidates, told.prepared, told.excluded, told.reason
) THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
