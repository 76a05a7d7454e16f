"""One door for sheets: a file is received, read, shown, written as a whole, and taken back while nobody acted since.

What a kind of sheet needs beside its declaration, a room says in its `handlers` (`livelihood.kernel.sheets.handling`).
"""
