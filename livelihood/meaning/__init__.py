"""What a text is about: topics of livelihood matters, vectors of meaning, groups, categories. No tables.

    topics.csv    the tree of livelihood matters, with the words people use for them
    topics        which of them a text names
    vectors       what a text means, as numbers: texts that mean alike lie close together
    grouping      texts that speak of the same matter, put together
    categories    a category proposed for a text, learnt from texts that have one

Nothing here decides: it proposes, and a person confirms. No text leaves the machine.
"""
