SELECT paper_id FROM aliases WHERE alias = $alias;
