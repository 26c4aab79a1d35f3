"""What was awarded: recipients, issuing."""
