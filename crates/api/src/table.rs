//! A surface's table: rows by path and method.

use http::Method;

/// One row of a table.
pub trait Row {
    /// `METHOD /path`, with parameters in braces; metrics count requests by it.
    fn operation(&self) -> &'static str;
}

/// For surfaces with one handler for all rows.
impl Row for &'static str {
    fn operation(&self) -> &'static str {
        self
    }
}

/// The parameters of a row's path, and their values in the request's path, undecoded.
pub(crate) type Params<'p> = Vec<(&'static str, &'p str)>;

/// Rows in order of declaration, found by path and method.
#[derive(Debug)]
pub struct Table<R> {
    pub(crate) rows: Vec<R>,
    /// The rows of each path, by position.
    paths: matchit::Router<Vec<(Method, usize)>>,
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self { rows: Vec::new(), paths: matchit::Router::new() }
    }
}

/// The result of a lookup.
pub(crate) enum Lookup<'t, 'p, R> {
    Found(&'t R, Params<'p>),
    /// The path exists, the method does not.
    WrongMethod,
    /// No such path.
    Unknown,
}

impl<R: Row> Table<R> {
    /// Builds the table of these rows.
    ///
    /// # Panics
    ///
    /// If two paths are ambiguous. Rows are constants, and every start of a server builds all tables.
    #[expect(clippy::expect_used, reason = "the rows are constants; each start of a server builds every table")]
    pub(crate) fn of(rows: Vec<R>) -> Self {
        Self { rows, ..Self::default() }.index().expect("no two paths of the table are alike")
    }

    /// Builds the index over the rows. Fails if two paths are ambiguous.
    pub fn index(mut self) -> Result<Self, matchit::InsertError> {
        let mut by_path: Vec<(&'static str, Vec<(Method, usize)>)> = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let (method, path) = split(row.operation());
            match by_path.iter_mut().find(|(known, _)| *known == path) {
                Some((_, rows)) => rows.push((method, at)),
                None => by_path.push((path, vec![(method, at)])),
            }
        }
        self.paths = matchit::Router::new();
        for (path, rows) in by_path {
            self.paths.insert(path, rows)?;
        }
        Ok(self)
    }

    /// All rows.
    pub fn rows(&self) -> &[R] {
        &self.rows
    }

    pub(crate) fn find<'t, 'p>(&'t self, method: &Method, path: &'p str) -> Lookup<'t, 'p, R> {
        let Ok(matched) = self.paths.at(path) else { return Lookup::Unknown };
        match matched.value.iter().find(|(known, _)| known == method) {
            None => Lookup::WrongMethod,
            Some((_, at)) => {
                let row = &self.rows[*at];
                let values = matched.params.iter().map(|(_, value)| value);
                Lookup::Found(row, names(row.operation()).zip(values).collect())
            }
        }
    }

    /// The methods that have a row at a path.
    pub(crate) fn methods(&self, path: &str) -> Vec<&str> {
        let rows = self.paths.at(path).map(|matched| matched.value.as_slice()).unwrap_or_default();
        rows.iter().map(|(method, _)| method.as_str()).collect()
    }
}

/// Splits an operation into method and path.
pub(crate) fn split(operation: &'static str) -> (Method, &'static str) {
    let (method, path) = operation.split_once(' ').unwrap_or(("GET", operation));
    (Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET), path)
}

/// The parameters of a path, in order.
fn names(operation: &'static str) -> impl Iterator<Item = &'static str> {
    operation.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}
