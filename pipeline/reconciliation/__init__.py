"""Published figures against each other and against what the pipeline computes."""
