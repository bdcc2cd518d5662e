DELETE FROM {table};
INSERT INTO {table} BY NAME FROM former.main.{table};
