"""What leads where: an activity among those it is linked to, and what small awards add up to."""
