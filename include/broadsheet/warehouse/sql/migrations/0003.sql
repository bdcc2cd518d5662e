-- Search: the words of papers. What the tables hold is made when the views are.

ALTER TABLE warehouse_info ADD COLUMN next_document BIGINT DEFAULT 1;
ALTER TABLE warehouse_info ALTER COLUMN next_document SET NOT NULL;
ALTER TABLE warehouse_info ALTER COLUMN next_document DROP DEFAULT;

-- A paper's words as search compares them (macro search_words): one row a paper, replaced under a new number when
-- its text becomes another. Lines are folded texts, a blank before, between and behind their words.
CREATE TABLE search_documents (
    document BIGINT NOT NULL,               -- only grows, never used twice
    paper_id VARCHAR NOT NULL,
    length INTEGER NOT NULL,                -- its words, each counted with the weight of its field
    title VARCHAR,
    organization VARCHAR,
    published_at TIMESTAMP,                 -- arXiv's date
    first_seen_at TIMESTAMP NOT NULL,
    text_lines VARCHAR NOT NULL,            -- title, abstract, AI summary, and each AI keyword
    author_lines VARCHAR NOT NULL,
    organization_lines VARCHAR NOT NULL,
    keyword_lines VARCHAR NOT NULL
);

-- Where each word stands: one row a word, sorted. Places of documents that are no more are passed over.
CREATE TABLE postings (
    field VARCHAR NOT NULL,                 -- text author org keyword
    term VARCHAR NOT NULL,
    places STRUCT(document BIGINT, weight INTEGER, fields UTINYINT)[] NOT NULL
);

-- The same for what came since `postings` was sorted last: rows a load, to be merged when they are many.
CREATE TABLE recent_postings (
    field VARCHAR NOT NULL,
    term VARCHAR NOT NULL,
    places STRUCT(document BIGINT, weight INTEGER, fields UTINYINT)[] NOT NULL
);
