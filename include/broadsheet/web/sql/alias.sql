-- The paper that one known by its title only turned out to be. $alias: VARCHAR
SELECT paper_id FROM aliases WHERE alias = $alias;
