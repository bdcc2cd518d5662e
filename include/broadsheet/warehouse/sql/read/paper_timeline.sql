FROM paper_timeline WHERE paper_id = $paper ORDER BY captured_at, list_kind, list_key;
