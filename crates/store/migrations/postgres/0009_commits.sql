-- SQLite counts its commits here. PostgreSQL names what a transaction sees by itself, and a row that every commit
-- changes would make them wait for each other.

-- Searches go through what was added to this index and not yet put in its place: 4 MB by default, which takes longer
-- than all the rest of the search.
ALTER INDEX search_grams_grams SET (gin_pending_list_limit = 512);
