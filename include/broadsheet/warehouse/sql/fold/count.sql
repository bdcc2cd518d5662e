SELECT count(*) FROM taken;
