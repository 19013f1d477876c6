"""Synthetic acts of some centres of the synthetic panel, which give back what they declare."""
