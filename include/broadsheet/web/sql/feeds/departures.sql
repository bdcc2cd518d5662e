-- When papers had left that came back. $seqs: the numbers of the changes by which they did.
SELECT back.seq, max(gone.captured_at) AS left_at
FROM changes AS back
JOIN changes AS gone USING (list_kind, list_key, paper_id)
WHERE
    back.seq IN (SELECT unnest($seqs::JSON::BIGINT[])) AND gone.change = 'left'
    AND gone.captured_at < back.captured_at
GROUP BY back.seq;
