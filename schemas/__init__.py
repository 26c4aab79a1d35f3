"""What a thing must look like: schemas, contexts, vocabularies and national frameworks, as data."""
