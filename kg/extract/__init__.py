"""Extract: from the text of a paper to mentions, links, results and relations, through a spaCy pipeline."""
