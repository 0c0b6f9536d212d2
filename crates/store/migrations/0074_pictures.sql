-- picture_id: the attachment with the picture that the teammate uploaded, to which the URL in avatar leads; null if there is
-- none.
ALTER TABLE admins ADD COLUMN picture_id BIGINT;
