"""Open aggregate data in dated releases: what is registered, what was awarded, how complete."""
