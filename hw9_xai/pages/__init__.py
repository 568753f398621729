"""Pages that need no network and no server: a folder each, and one builder."""
