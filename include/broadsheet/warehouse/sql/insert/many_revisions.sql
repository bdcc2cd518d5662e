-- Revisions handed over as columns: "arrived" is a table of Arrow.
INSERT INTO open_revisions BY NAME FROM arrived;
