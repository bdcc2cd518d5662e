-- {table}: all of it is open.
CREATE OR REPLACE VIEW {table} AS FROM open_{table};
