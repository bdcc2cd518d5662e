-- Text as search compares it. Papers and questions go through the same macros, so that they meet.

-- Without regard to case, accents and forms of letters. Most texts are plain ASCII: as many bytes as letters.
CREATE OR REPLACE MACRO search_fold(written) AS CASE WHEN strlen(written) = length(written) THEN lower(written) ELSE
    replace(replace(replace(replace(replace(replace(
        lower(strip_accents(translate(
            nfc_normalize(written),
            'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ'
            || '０１２３４５６７８９＋＃⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ØøŁłĐđĦħıς',
            'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz'
            || '0123456789+#01234567890123456789oollddhhiσ'
        ))),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬀ', 'ff')
END;

-- The words in order, with their endings: letters and digits, with ++ or # behind (C++, C#). Han, kana and Thai are
-- written without spaces: each letter is a word, and a word of theirs is a phrase. What is no letter is named by its
-- ranges, because RE2 needs milliseconds to prepare \p{L}.
CREATE OR REPLACE MACRO search_folded(written) AS regexp_extract_all(
    search_fold(written),
    '[\x{e00}-\x{e7f}\x{3040}-\x{30ff}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{f900}-\x{faff}\x{20000}-\x{3ffff}]'
    || '|[^\x00-/:-`{-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb-\xbf\xd7\xf7\x{300}-\x{36f}\x{5be}\x{60c}\x{61b}\x{61f}\x{964}'
    || '\x{965}\x{2000}-\x{206f}\x{20a0}-\x{20ff}\x{2190}-\x{2bff}\x{2e00}-\x{2e7f}\x{3000}-\x{3004}\x{3008}-\x{3020}'
    || '\x{3030}\x{fe00}-\x{fe6f}\x{ff00}-\x{ff0f}\x{ff1a}-\x{ff20}\x{ff3b}-\x{ff40}\x{ff5b}-\x{ff65}'
    || '\x{1f000}-\x{1faff}'
    || '\x{e00}-\x{e7f}\x{3040}-\x{30ff}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{f900}-\x{faff}\x{20000}-\x{3ffff}]+'
    || '(?:(?:\+\+|#)\B)?'
);

-- One word without its plural ending, by the rules of Harman's S stemmer, for words of four letters and more.
CREATE OR REPLACE MACRO search_stem(word) AS CASE
    WHEN NOT ends_with(word, 's') OR length(word) < 4 OR ends_with(word, 'us') OR ends_with(word, 'ss') THEN word
    WHEN ends_with(word, 'ies') AND NOT ends_with(word, 'eies') AND NOT ends_with(word, 'aies')
        THEN left(word, length(word) - 3) || 'y'
    ELSE left(word, length(word) - 1)
END;

-- The words of a text in order as the index keeps them: folded, and the plural as the singular. Names of people and
-- organisations keep their endings.
CREATE OR REPLACE MACRO search_words(written) AS
    list_transform(search_folded(written), lambda word: search_stem(word));
