-- Postings are open, or folded into a segment; the name without open_ becomes a view.

ALTER TABLE postings RENAME TO open_postings;
