-- Text as search compares it. Papers and questions go through the same macros, so that they meet.

-- Without regard to case, accents, and forms of letters.
CREATE OR REPLACE MACRO search_fold(written) AS
    replace(replace(replace(replace(replace(replace(
        lower(strip_accents(translate(
            nfc_normalize(written),
            'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ０１２３４５６７８９＋＃ØøŁłĐđĦħıς',
            'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789+#oollddhhiσ'
        ))),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬀ', 'ff');

-- The words in order: letters and digits, with ++ or # behind (C++, C#). Han, kana and Thai are written without
-- spaces: each letter is a word, and a word of theirs is a phrase.
CREATE OR REPLACE MACRO search_folded(written) AS regexp_extract_all(
    search_fold(written),
    '[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|(?:[^\P{L}\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|\p{N})+(?:(?:\+\+|#)\B)?'
);

-- One word without its plural ending, by the rules of Harman's S stemmer, for words of four letters and more.
CREATE OR REPLACE MACRO search_stem(word) AS CASE
    WHEN NOT ends_with(word, 's') OR length(word) < 4 THEN word
    WHEN ends_with(word, 'us') OR ends_with(word, 'ss') THEN word
    WHEN ends_with(word, 'ies') AND NOT ends_with(word, 'eies') AND NOT ends_with(word, 'aies')
        THEN left(word, length(word) - 3) || 'y'
    ELSE left(word, length(word) - 1)
END;

-- The words in order as the index keeps them: folded, and the plural as the singular.
CREATE OR REPLACE MACRO search_words(written) AS
    list_transform(search_folded(written), lambda word: search_stem(word));

-- Lists of words as text that a phrase is looked for in: a line each, a blank before, between and behind the words.
CREATE OR REPLACE MACRO search_lines(texts) AS
    array_to_string(list_transform(texts, lambda text: ' ' || array_to_string(text, ' ') || ' '), chr(10));
