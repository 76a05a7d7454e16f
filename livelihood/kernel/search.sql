-- What the search of every room stands on: texts folded, and the pairs of characters that an index holds of them.
--
-- The database folds, not Python: what is stored and what is looked for go through one and the same function, and no way
-- of writing a row, COPY included, can leave it out. Columns and indexes hang on these functions, so they are installed
-- before the first table (livelihood.kernel.search).

-- NFKC makes one of full and half width, of ligatures and of the ways to write a letter with its marks; characters of no width
-- hide a word from a search and not from a reader. The first control character is taken out for what search_pairs does with it.
CREATE FUNCTION search_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    btrim(translate(
        casefold(normalize(value, NFKC) COLLATE pg_unicode_fast), U&'\0001\00ad\200b\200c\200d\2060\feff', ''
    ), E' \n');

-- Every pair of neighbours: a Chinese word has two characters as a rule, and pg_trgm begins at three. Each character is written
-- twice with a sign between that no folded text holds, and the pieces are taken: one regular expression is three times as fast as a
-- loop. The first and the last piece are single characters and left out.
CREATE FUNCTION search_pairs(folded text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20 RETURN
    (string_to_array(regexp_replace(folded, '(.)', E'\\1\x01\\1', 'g'), E'\x01'))[2:length(folded)];

-- The pairs, and every character by itself, for words of one.
CREATE FUNCTION search_grams(folded text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20 RETURN
    search_pairs(folded) || string_to_array(folded, NULL);
