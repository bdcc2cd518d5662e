-- All postings, those of the segment too, without the documents that are no more. By field first: so a word of a text is
-- not looked for among names.
CREATE OR REPLACE TEMP TABLE taken AS
SELECT NULL AS place, *
FROM postings
SEMI JOIN search_documents USING (document)
ORDER BY field, term, document;
