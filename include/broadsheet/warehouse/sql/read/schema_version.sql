SELECT schema_version FROM warehouse_info;
