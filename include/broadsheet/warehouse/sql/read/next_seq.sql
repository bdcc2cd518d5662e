SELECT next_seq FROM warehouse_info;
