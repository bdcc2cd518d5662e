-- The tables of the warehouse, version 5. All TIMESTAMPs are UTC.
-- Nothing here has a primary key or an index: they cost more with every row of history (uniqueness is checked
-- in the transaction that loads). Rows are only appended, but for the two cases named at `open_captures` and
-- `open_changes`.
-- What grows with every poll stands here as open_…: the rows of months that are still open. Rows of closed months are
-- folded into `segments`. Everybody reads the views of the same names without open_, which are both.

CREATE TABLE warehouse_info (
    schema_version INTEGER NOT NULL,
    next_seq BIGINT NOT NULL,               -- the next number of the changes stream; never goes back
    views_sha256 VARCHAR NOT NULL,          -- of the views' texts: they are made anew when a release changes them
    next_document BIGINT NOT NULL,          -- the next number of search_documents; never goes back
    sorted_postings BIGINT NOT NULL         -- so many rows of open_postings are sorted
);

-- One row a request. A later, older capture of the same list may change verdict, reason and snapshot_id.
CREATE TABLE open_captures (
    capture_id BIGINT NOT NULL,             -- grows with time; made from the capture alone
    captured_at TIMESTAMP NOT NULL,
    url VARCHAR NOT NULL,
    status SMALLINT,                        -- NULL: no answer came
    sha256 VARCHAR NOT NULL,                -- of the decoded body
    bytes BIGINT NOT NULL,                  -- of the decoded body
    verdict VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    parser VARCHAR,                         -- api, hydration, cards or text; NULL: nothing was parsed
    snapshot_id BIGINT,                     -- the snapshot it became (ok) or confirmed (unchanged)
    list_kind VARCHAR,                      -- the list shown; the one asked for where nothing was shown
    list_key VARCHAR,
    entries INTEGER,                        -- NULL: nothing was parsed
    asked VARCHAR,                          -- the list asked for, as 'daily:2026-11-20'; NULL: unknown
    part_of BIGINT,                         -- for a follow-up page: the capture_id of the first page
    truncated BOOLEAN,                      -- the listing stopped at the hub's limit
    date_header VARCHAR,                    -- the answer's Date and Age as they came: signs of a stale copy
    age_header VARCHAR,
    archive_file VARCHAR,                   -- where the archive keeps it
    archive_offset BIGINT
);

-- How far each archive file has been loaded: moves in the same transaction as what was loaded.
CREATE TABLE archive_progress (
    archive_file VARCHAR NOT NULL,
    loaded_to BIGINT NOT NULL
);

-- A believed listing; snapshot_id is the capture_id of the capture that gave it.
CREATE TABLE open_snapshots (
    snapshot_id BIGINT NOT NULL,
    list_kind VARCHAR NOT NULL,
    list_key VARCHAR NOT NULL,              -- '' for trending
    captured_at TIMESTAMP NOT NULL,
    entries INTEGER NOT NULL,
    truncated BOOLEAN NOT NULL,             -- stopped at the hub's limit: the list may go on
    parser VARCHAR NOT NULL
);

-- One paper on one snapshot, in poll order, ranks in order within a snapshot.
CREATE TABLE open_observations (
    snapshot_id BIGINT NOT NULL,
    paper_id VARCHAR NOT NULL,              -- arXiv id, or 'title:…' as long as only the title is known
    rank INTEGER,                           -- from 1; NULL on a paper's own page
    upvotes INTEGER,
    num_comments INTEGER,
    github_stars INTEGER
);

-- What listings have said of a paper, each distinct text once. revision_id is a hash of the content.
CREATE TABLE open_revisions (
    revision_id BIGINT NOT NULL,
    paper_id VARCHAR NOT NULL,
    title_key VARCHAR,                      -- of the title; NULL: no title told
    title VARCHAR,
    abstract VARCHAR,
    authors VARCHAR[],                      -- names in order
    num_authors INTEGER,
    published_at TIMESTAMP,                 -- arXiv's date
    submitted_at TIMESTAMP,                 -- when it was put on the daily list
    submitted_by VARCHAR,                   -- user name
    organization VARCHAR,                   -- full name
    github_url VARCHAR,
    project_url VARCHAR,
    ai_summary VARCHAR,
    ai_summary_model VARCHAR,
    ai_keywords VARCHAR[],
    thumbnail_url VARCHAR,
    media_urls VARCHAR[],
    details JSON NOT NULL                   -- what the columns do not hold in full: authors' accounts and the like
);

-- Which revision a list showed, written only when it differs from what that list last showed of that paper.
CREATE TABLE open_showings (
    snapshot_id BIGINT NOT NULL,
    list_kind VARCHAR NOT NULL,             -- the snapshot's, so that a list's texts are found without a join
    list_key VARCHAR NOT NULL,
    captured_at TIMESTAMP NOT NULL,
    paper_id VARCHAR NOT NULL,
    revision_id BIGINT NOT NULL
);

-- Where each list's walk has come to: one row a list. A capture behind this moment is compared with the baseline
-- at once, whatever the length of the history.
CREATE TABLE heads (
    list_kind VARCHAR NOT NULL,
    list_key VARCHAR NOT NULL,
    captured_at TIMESTAMP NOT NULL,         -- of the newest capture that said how the list stands
    capture_id BIGINT NOT NULL,
    baseline_id BIGINT,                     -- the newest snapshot
    witness_id BIGINT                       -- the held capture that waits for a second witness
);

-- Listings that were readable but not believed (partial, stale): the evidence a later capture is weighed against.
CREATE TABLE held_observations (
    capture_id BIGINT NOT NULL,
    paper_id VARCHAR NOT NULL,
    rank INTEGER,
    upvotes INTEGER,
    num_comments INTEGER,
    github_stars INTEGER,
    revision_id BIGINT NOT NULL
);

-- Papers first known by title, and the id that was found for them.
CREATE TABLE aliases (
    alias VARCHAR NOT NULL,                 -- 'title:…'
    paper_id VARCHAR NOT NULL
);

-- The numbered stream. A late capture may take rows away where its follower compares differently; what replaces
-- them gets new numbers.
CREATE TABLE open_changes (
    seq BIGINT NOT NULL,                    -- only grows, never used twice
    snapshot_id BIGINT NOT NULL,            -- the later of the two snapshots
    previous_snapshot_id BIGINT NOT NULL,
    list_kind VARCHAR NOT NULL,
    list_key VARCHAR NOT NULL,
    captured_at TIMESTAMP NOT NULL,
    paper_id VARCHAR NOT NULL,
    change VARCHAR NOT NULL,                -- entered returned left rose fell gained revised enriched
    rank INTEGER,
    previous_rank INTEGER,                  -- for returned: the rank it last had on this list
    upvotes INTEGER,
    previous_upvotes INTEGER,
    fields VARCHAR                          -- revised, enriched: which, with commas
);

-- Oddities of captures and disagreements between sources.
CREATE TABLE open_quality (
    capture_id BIGINT NOT NULL,
    note VARCHAR NOT NULL
);

-- Digest runs as the mail database had them when they were last copied from there. Nobody's address is here.
CREATE TABLE digest_runs (
    run_key VARCHAR NOT NULL,               -- '2026-11-20T07:00Z', 'letter:17:1'
    kind VARCHAR NOT NULL,                  -- digest, letter
    slot TIMESTAMP NOT NULL,                -- the quarter hour it was opened in
    opened_at TIMESTAMP NOT NULL,
    frozen_at TIMESTAMP,                    -- audience and content stand fast from here on
    closed_at TIMESTAMP,                    -- NULL: still at work
    state VARCHAR NOT NULL,                 -- building frozen sending paused done aborted
    policy VARCHAR NOT NULL,                -- what is done about a doubt: verify presume resend
    shards INTEGER NOT NULL,
    candidates BIGINT,                      -- who was due: prepared + excluded
    prepared BIGINT,
    excluded BIGINT,
    reason VARCHAR,                         -- why it is paused or was aborted
    recorded_at TIMESTAMP NOT NULL          -- when this row was copied
);

-- What became of everybody who was due: a row a delivery, and a row an exclusion (then delivery_id is NULL).
CREATE TABLE delivery_log (
    run_key VARCHAR NOT NULL,
    slot TIMESTAMP NOT NULL,                -- the run's
    subscriber_id BIGINT NOT NULL,          -- a number; who it is stands in the mail database alone
    occasion VARCHAR NOT NULL,              -- the subscriber's local day that it was due for, '2026-11-20'
    delivery_id VARCHAR,                    -- the left part of the Message-ID
    channel VARCHAR,                        -- mail, channel; NULL where excluded
    state VARCHAR NOT NULL,                 -- as in the mail database, or excluded
    reason VARCHAR,                         -- excluded: nothing_new no_match suppressed not_allowed …
    subject VARCHAR,
    items INTEGER,
    attempts INTEGER,
    doubts INTEGER,                         -- crashes that it was in flight at
    phase VARCHAR,                          -- of the last attempt: what decided it
    code INTEGER,                           -- the answer there
    enhanced VARCHAR,
    resolution VARCHAR,                     -- how a doubt was settled, or why it is over, in words
    updated_at TIMESTAMP NOT NULL,          -- when it came to this state
    bounce VARCHAR,                         -- what came back at last: hard soft policy delayed complaint …
    bounce_status VARCHAR,                  -- '5.1.1'
    bounced_at TIMESTAMP
);

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
-- search reads little of them; what came since follows. Rows of documents that are no more are passed over. Most rows
-- are folded into a segment, whatever month they are of; the view `postings` is both.
CREATE TABLE open_postings (
    field VARCHAR NOT NULL,                 -- text author org keyword list
    term VARCHAR NOT NULL,                  -- as the macro search_words makes it
    document BIGINT NOT NULL,
    weight INTEGER NOT NULL,                -- how often, each time with the weight of its part; 0 outside text
    places UTINYINT NOT NULL,               -- in text: 1 title + 2 abstract + 4 AI summary + 8 AI keywords
    positions INTEGER[] NOT NULL            -- in any order: line (title, abstract, a name …) × 65536 + word
);

-- Each word of `postings`, at least once: what a beginning of a word is looked up in.
CREATE TABLE search_terms (
    field VARCHAR NOT NULL,
    term VARCHAR NOT NULL
);

-- Closed months and most postings, folded: Parquet files under segments_root() that never change. Each table has its
-- own for a period.
CREATE TABLE segments (
    period VARCHAR NOT NULL,                -- '2026-10'; '2025' once the whole year is closed; 'words' of postings
    table_name VARCHAR NOT NULL,            -- observations: read by the view of that name
    file VARCHAR NOT NULL,                  -- named by its content
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,                -- of the file
    is_read BOOLEAN NOT NULL,               -- false: its rows stand elsewhere now; an older publication may need it
    let_go_at TIMESTAMP                     -- when folding first saw that; the file goes some time after
);
