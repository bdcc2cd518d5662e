-- Which details of papers were revised or arrived on one list within a window.
SELECT DISTINCT paper_id, change, unnest(string_split(fields, ',')) AS field
FROM changes
WHERE list_kind = $kind AND list_key = $key AND captured_at > $since AND captured_at <= $until
    AND change IN ('revised', 'enriched') AND fields IS NOT NULL
ORDER BY ALL
