SELECT DISTINCT paper_id FROM showings ORDER BY paper_id;
