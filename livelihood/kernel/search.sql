-- What the search of every room stands on: texts folded, and the pairs of characters that an index holds of them.
--
-- The database folds, not Python: what is stored and what is looked for go through one and the same function, and no way
-- of writing a row, COPY included, can leave it out. Columns and indexes hang on these functions, so they are installed
-- before the first table (livelihood.kernel.search).

-- NFKC makes one of full and half width, of ligatures and of the ways to write a letter with its marks; characters of no width
-- hide a word from a search and not from a reader.
CREATE FUNCTION search_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    btrim(translate(
        casefold(normalize(value, NFKC) COLLATE pg_unicode_fast), U&'\00ad\200b\200c\200d\2060\feff', ''
    ), E' \n');

-- Every character and every pair of neighbours, as numbers: a Chinese word has two characters as a rule, and pg_trgm begins
-- at three. The high half of a number is the first character, the low half the second or nothing.
CREATE FUNCTION search_grams(folded text) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$
DECLARE
    sign text;
    code bigint;
    last bigint := 0;
    grams bigint[] := '{}';
BEGIN
    FOREACH sign IN ARRAY string_to_array(folded, NULL) LOOP
        code := ascii(sign);
        grams := grams || (code << 32);
        IF last > 0 THEN
            grams := grams || (last << 32 | code);
        END IF;
        last := code;
    END LOOP;
    RETURN grams;
END $$;
