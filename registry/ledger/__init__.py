"""The book all acts are entered in; knows digests, not people."""
