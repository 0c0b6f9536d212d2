-- What a macro says may have headings, lists and links. Without body_html, it is the paragraphs of body_text.
ALTER TABLE macros ADD COLUMN body_html TEXT;
