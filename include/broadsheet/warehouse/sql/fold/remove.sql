DELETE FROM open_{table} WHERE rowid IN (SELECT place FROM taken);
