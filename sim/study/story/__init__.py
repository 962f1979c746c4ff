"""The story of one call, from the ledger with its causes: `facts` and `choice` gather, `sentences` say, `page` shows.

A story is one life of one option: consistent, and not a prediction.
"""
