-- How many rows of postings are not sorted, and how many are.
SELECT (SELECT count(*) FROM postings) - sorted_postings, sorted_postings FROM warehouse_info;
