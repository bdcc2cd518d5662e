SELECT change, count(*) FROM changes WHERE snapshot_id = $capture GROUP BY change ORDER BY change;
