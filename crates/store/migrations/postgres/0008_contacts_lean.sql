-- What a new contact costs: here the index of pieces is PostgreSQL's own, and there is nothing to be said to it.
SELECT 1;
