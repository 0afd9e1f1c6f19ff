"""Floor 4: what leaves the house. Only `report.show` puts content on a page."""
