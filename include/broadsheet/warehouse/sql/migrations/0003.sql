-- Search: the words of papers. What the tables hold is made when the views are.

ALTER TABLE warehouse_info ADD COLUMN next_document BIGINT DEFAULT 1;
ALTER TABLE warehouse_info ALTER COLUMN next_document SET NOT NULL;
ALTER TABLE warehouse_info ALTER COLUMN next_document DROP DEFAULT;
ALTER TABLE warehouse_info ADD COLUMN sorted_postings BIGINT DEFAULT 0;
ALTER TABLE warehouse_info ALTER COLUMN sorted_postings SET NOT NULL;
ALTER TABLE warehouse_info ALTER COLUMN sorted_postings DROP DEFAULT;

-- What search counts and orders by: one row a paper, replaced under a new number when its words become others.
CREATE TABLE search_documents (
    document BIGINT NOT NULL,               -- only grows, never used twice
    paper_id VARCHAR NOT NULL,
    length INTEGER NOT NULL,                -- its words, each counted with the weight of its field
    title VARCHAR,
    organization VARCHAR,
    published_at TIMESTAMP,                 -- arXiv's date
    first_seen_at TIMESTAMP NOT NULL,
    lists VARCHAR[] NOT NULL,               -- that it was ever on, as 'daily:2026-11-20'
    words_hash UBIGINT NOT NULL             -- of its words: equal if nothing is to be indexed anew
);

-- Which word stands in which document. The first warehouse_info.sorted_postings rows are sorted by word, so that a
-- search reads little of them; what came since follows. Rows of documents that are no more are passed over.
CREATE TABLE postings (
    field VARCHAR NOT NULL,                 -- text author org keyword list
    term VARCHAR NOT NULL,                  -- as the macro search_words makes it
    document BIGINT NOT NULL,
    weight INTEGER NOT NULL,                -- how often, each time with the weight of its part; 0 outside text
    places UTINYINT NOT NULL,               -- in text: 1 title + 2 abstract + 4 AI summary + 8 AI keywords
    positions INTEGER[] NOT NULL            -- number of the line (title, abstract, a name …) × 65536 + of the word
);

-- Each word of `postings`, at least once: what a beginning of a word is looked up in.
CREATE TABLE search_terms (
    field VARCHAR NOT NULL,
    term VARCHAR NOT NULL
);
