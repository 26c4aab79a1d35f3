"""The conformance server and the report: for the public suites, and never part of the service."""
