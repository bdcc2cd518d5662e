FROM papers WHERE paper_id = $paper;
