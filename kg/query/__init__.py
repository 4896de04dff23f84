"""Query: questions in SPARQL, named queries, leaderboards, and answers in every usual form."""
