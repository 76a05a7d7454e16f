"""One door for sheets, the reading half: a kind of sheet is declared as data, and any office's file of it is read.

    declaration   Kind and Column: what a kind of sheet holds; each room declares its own in `<room>/importers.py`
    files         opens a file: xlsx, xls, ods and csv (modules of these names), measured before any work is done
    heads         finds the head and says which field each heading means
    lines         knows the rows that are no data: titles, totals, notes, examples
    cells, days, quantities, codes, points, names   turn what stands in a cell into a value
    reading       `read_sheet` puts all together; `Kind.resolve` then asks the database what only it can tell

A reading says of each row what it holds and what was left out, read as something else, wrong or doubtful. A column that
the sheet has not is no key of a row's values; a cell that is empty is None. All it says is lazy: `kernel.messages`
keeps it as code and arguments, and it becomes words in the language of whoever looks.
"""
