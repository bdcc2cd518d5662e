FROM rank_history WHERE paper_id = $paper ORDER BY list_kind, list_key, captured_at;
