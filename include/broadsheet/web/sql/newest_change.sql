-- The highest number given in the stream so far, 0 before the first.
SELECT next_seq - 1 AS seq FROM warehouse_info;
