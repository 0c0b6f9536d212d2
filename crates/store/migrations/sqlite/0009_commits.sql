-- Every commit of the program moves this counter, so that connections and processes can tell whether they see the same.
INSERT INTO epochs (name, value) VALUES ('commits', 0);
