"""What a learner shows: links with an end."""
