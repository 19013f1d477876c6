"""The synthetic panel of health centres, solved from published margins.

`solve` runs the stages in order and `panel` writes the result as an export. Each stage draws priors
around our own choices (choices.yml, traits.yml), then moves them onto the published rows: by
`placement` for quantiles and means, by `transport` for tables with given sums, by one linear
program for the accounts.
"""
