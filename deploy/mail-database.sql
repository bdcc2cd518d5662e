-- Broadsheet's own user and database, beside Airflow's. Safe to repeat: what is there stays, the password is set anew.
-- MAIL_DATABASE_PASSWORD is read from the environment, so that it stands in no list of processes.
\getenv password MAIL_DATABASE_PASSWORD

SELECT 'CREATE ROLE broadsheet LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'broadsheet') \gexec
ALTER ROLE broadsheet PASSWORD :'password';

SELECT 'CREATE DATABASE broadsheet OWNER broadsheet'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'broadsheet') \gexec
REVOKE CONNECT ON DATABASE airflow, broadsheet FROM PUBLIC;
