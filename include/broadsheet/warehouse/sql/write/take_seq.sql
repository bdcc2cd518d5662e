-- Reserve numbers of the stream. $count: BIGINT. Returns the first number after them.
UPDATE warehouse_info SET next_seq = next_seq + $count RETURNING next_seq;
