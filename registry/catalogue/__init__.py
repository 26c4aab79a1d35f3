"""The public catalogue's index: documents in, search results, facets and likenesses out.

It knows documents, not workflow. The reasons for its shape stand in
``docs/decisions/0005-catalogue-search.md``.
"""
