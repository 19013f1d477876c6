"""One module per input format: bytes in, canonical table and quarantine out."""
