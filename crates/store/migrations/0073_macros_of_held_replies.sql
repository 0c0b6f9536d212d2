-- macro_ids: the macros whose actions run once the reply is sent, as a JSON array of ids; null if there are none.
ALTER TABLE held_replies ADD COLUMN macro_ids TEXT;
