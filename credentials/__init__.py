"""The credential: how it is made, signed and checked. Pure core, usable alone."""
