-- How many postings are not in a segment.
SELECT count(*) FROM open_postings;
