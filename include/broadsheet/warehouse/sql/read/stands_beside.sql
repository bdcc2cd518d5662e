-- Do two papers stand on one board? Then they are two papers, whatever their titles. $one, $other: VARCHAR
SELECT count(*) > 0
FROM (
    SELECT snapshot_id FROM observations WHERE paper_id = $one
    INTERSECT
    SELECT snapshot_id FROM observations WHERE paper_id = $other
);
