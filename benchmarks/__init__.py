"""What a credential costs, beside the machine's raw limits and a peer, in the same run."""
