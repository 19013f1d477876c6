"""Tables of events: files read once as streams, then partitions built, checked and swapped."""
