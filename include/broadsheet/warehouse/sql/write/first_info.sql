INSERT INTO warehouse_info VALUES (?, 1, '', 1, 0);
