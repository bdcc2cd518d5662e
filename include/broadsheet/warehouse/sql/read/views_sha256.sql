SELECT views_sha256 FROM warehouse_info;
