"""The pages: catalogue, desks, learner, verify. Server-rendered; no script is needed."""
