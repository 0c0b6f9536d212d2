-- attachments: the files that come with the message, as a JSON array of ids; null if there are none.
ALTER TABLE messages ADD COLUMN attachments TEXT;
