-- What the search of every room stands on: texts folded, and the pairs of characters that an index holds of them.
--
-- The database folds, not Python: what is stored and what is looked for go through one and the same function, and no way
-- of writing a row, COPY included, can leave it out. Columns and indexes hang on these functions, so they are installed
-- before the first table (livelihood.kernel.search).

-- The same as livelihood.kernel.folding.fold, which compares names, but for the line between two fields, which stays: width and form,
-- case, what is not seen, all spaces, dashes and dots, and the spaces that pad Chinese names. tests/kernel/test_search.py compares both.
-- The first control character is taken out for what search_pairs does with it.
CREATE FUNCTION search_fold_odd(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    unseen CONSTANT text := '[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5'
        '\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f'
        '\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d159'
        '\U0001d173-\U0001d17a\U000e0000-\U000e0fff]';
    spaces CONSTANT text := '[ \u0009\u000b-\u000d\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+';
    dots CONSTANT text := U&'\2022\2027\2219\22c5\30fb';
    dashes CONSTANT text := U&'\2010\2011\2012\2013\2014\2015\2212\fe58';
    chinese CONSTANT text := '[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u00b7]';
BEGIN
    FOR round IN 1..3 LOOP  -- folding case may give what is to be composed again, and that what is not seen
        value := regexp_replace(value, unseen, '', 'g');
        value := normalize(casefold(normalize(value, NFKC) COLLATE pg_unicode_fast), NFKC);
    END LOOP;
    value := translate(value, dots || dashes, repeat('·', length(dots)) || repeat('-', length(dashes)));
    value := regexp_replace(regexp_replace(value, spaces, ' ', 'g'), ' *\n *', E'\n', 'g');
    RETURN btrim(regexp_replace(value, '(' || chinese || ') (?=' || chinese || ')', '\1', 'g'), E' \n');
END $$;

-- Most texts hold nothing of that kind, and an import of tens of thousands pays for each.
CREATE FUNCTION search_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    CASE WHEN value ~ (
        '[\u0001-\u0009\u000b-\u001f\u007f-\u00a0\u00a8\u00ad\u00af\u00b4\u00b8\u02d8-\u02dd\u034f\u037a\u0384'
        '\u0385\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u1fbd\u1fbf-\u1fc1\u1fcd-\u1fcf\u1fdd-\u1fdf'
        '\u1fed\u1fee\u1ffd\u1ffe\u2000-\u2015\u2017\u2022\u2027-\u202f\u203e\u205f-\u2064\u2066-\u206f\u207b'
        '\u208b\u2212\u2219\u22c5\u2800\u3000\u309b\u309c\u30fb\u3164\ufc5e-\ufc63\ufdd0-\ufdef\ufdfa\ufdfb'
        '\ufe00-\ufe0f\ufe31\ufe32\ufe49-\ufe4c\ufe58\ufe70\ufe72\ufe74\ufe76\ufe78\ufe7a\ufe7c\ufe7e\ufeff'
        '\uff65\uffa0\uffe3\ufff9-\ufffb\ufffe\uffff\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d159'
        '\U0001d173-\U0001d17a\U000e0000-\U000e0fff]'
        '|  | \n|\n |[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u00b7] '
        '[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u00b7]'
    ) THEN search_fold_odd(value)
    ELSE btrim(normalize(casefold(normalize(value, NFKC) COLLATE pg_unicode_fast), NFKC), E' \n') END;

-- Only the characters that a text holds are looked up: translate reads all of its table for each character.
CREATE FUNCTION search_simplify(folded text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    traditional CONSTANT text := ':traditional';
    simplified CONSTANT text := ':simplified';
    held text;
    written text;
BEGIN
    SELECT string_agg(one, ''), string_agg(substr(simplified, strpos(traditional, one), 1), '') INTO held, written
    FROM (SELECT DISTINCT hit[1] AS one FROM regexp_matches(folded, '[:traditional]', 'g') AS hit) AS hits;
    RETURN translate(folded, coalesce(held, ''), coalesce(written, ''));
END $$;

-- What is searched: folded, and simplified characters for traditional ones, so that either finds the other. The table is that of
-- livelihood.kernel.simplified, written here when this is installed; names are compared without it. What folds into a character that
-- may be traditional (radicals, characters in circles, compatibility forms) is looked at as well.
CREATE FUNCTION search_plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    CASE WHEN value ~ '[:traditional\u2e80-\u2fdf\u3200-\u33ff\uf900-\ufaff\U0002f800-\U0002fa1f]' THEN search_simplify(search_fold(value))
    ELSE search_fold(value) END;

-- Every pair of neighbours: a Chinese word has two characters as a rule, and pg_trgm begins at three. Each character is written
-- twice with a character between that no folded text holds, and the pieces are taken: one regular expression is three times as fast as a
-- loop. The first and the last piece are single characters and left out.
CREATE FUNCTION search_pairs(folded text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20 RETURN
    (string_to_array(regexp_replace(folded, '(.)', E'\\1\x01\\1', 'g'), E'\x01'))[2:length(folded)];

-- The pairs, and every character by itself, for words of one.
CREATE FUNCTION search_grams(folded text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20 RETURN
    search_pairs(folded) || string_to_array(folded, NULL);
