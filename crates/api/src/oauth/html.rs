//! HTML that cannot be broken out of: markup is written in the source, everything else is escaped.

use std::fmt::{self, Display};

/// A piece of HTML.
#[derive(Debug, Default)]
pub(crate) struct Html(String);

impl Html {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds markup. Only what stands in the source can be: a text made at run time has no such lifetime.
    pub(crate) fn markup(mut self, markup: &'static str) -> Self {
        self.0.push_str(markup);
        self
    }

    /// Adds a text, between tags or in quotation marks.
    pub(crate) fn text(mut self, text: impl Display) -> Self {
        // Writing to a String cannot fail.
        let _ = fmt::Write::write_fmt(&mut Escaped(&mut self.0), format_args!("{text}"));
        self
    }

    /// Adds finished HTML.
    pub(crate) fn html(mut self, html: &Html) -> Self {
        self.0.push_str(&html.0);
        self
    }

    /// The finished text.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

struct Escaped<'a>(&'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn texts_are_escaped_wherever_they_stand() {
        let html = Html::new().markup("<p title=\"").text("\"><script>").markup("\">").text("a&b's").markup("</p>");
        assert_eq!(html.into_string(), "<p title=\"&quot;&gt;&lt;script&gt;\">a&amp;b&#39;s</p>");
    }
}
