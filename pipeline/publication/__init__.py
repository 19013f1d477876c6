"""Publications: tables, figures, report pages, provenance, data package."""
