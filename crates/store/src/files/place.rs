//! The storage of files: a directory, or a bucket of an object store.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use url::Url;

/// The prefix of the URL of a bucket.
const SCHEME: &str = "s3://";

/// The storage of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A directory.
    Directory(PathBuf),
    /// A bucket.
    Bucket(Bucket),
}

/// A bucket of an S3-compatible object store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// The prefix of the names of all objects; empty, or without slashes at either end.
    pub prefix: String,
    /// The URL of the server; Amazon's by default.
    pub endpoint: Option<String>,
    /// The region; that of the environment by default.
    pub region: Option<String>,
    /// The credentials; by default those of the environment, as in Amazon's own programs.
    pub keys: Option<Keys>,
}

/// An access key and its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// The access key.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl fmt::Debug for Keys {
    /// Omits the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

impl Place {
    /// The directory, if it is one.
    pub fn directory(&self) -> Option<&Path> {
        match self {
            Self::Directory(path) => Some(path),
            Self::Bucket(_) => None,
        }
    }

    /// The local directory that is written to: that of the files, or that of uploads to a bucket.
    pub fn local(&self) -> PathBuf {
        match self {
            Self::Directory(path) => path.clone(),
            Self::Bucket(_) => std::env::temp_dir(),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("must not be empty".to_owned());
        }
        if text.starts_with(SCHEME) {
            return text.parse().map(Self::Bucket);
        }
        if text.contains("://") {
            return Err("must be a directory, or a bucket like s3://bucket/prefix".to_owned());
        }
        Ok(Self::Directory(text.into()))
    }
}

impl FromStr for Bucket {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The text may contain a secret that does not belong there, so the error does not repeat it.
        let invalid =
            || "must be a bucket like s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-1".to_owned();
        let url = Url::parse(text).map_err(|_| invalid())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the keys of a bucket belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned());
        }
        let name = url.host_str().filter(|name| is_name(name)).ok_or_else(invalid)?.to_owned();
        if url.port().is_some() || url.fragment().is_some() {
            return Err(invalid());
        }
        let prefix = url.path().trim_matches('/').to_owned();
        if !prefix.is_empty() && !prefix.split('/').all(is_segment) {
            return Err("the prefix has letters, digits, dots, underscores and dashes between slashes".to_owned());
        }
        let (mut endpoint, mut region) = (None, None);
        for (key, value) in url.query_pairs() {
            match key.as_ref() {
                "endpoint" if endpoint.is_none() => endpoint = Some(server(&value)?),
                "region" if region.is_none() && is_segment(&value) => region = Some(value.into_owned()),
                "region" => return Err("the region has letters, digits and dashes".to_owned()),
                _ => return Err("the URL of a bucket may have an endpoint and a region, once each".to_owned()),
            }
        }
        Ok(Self { name, prefix, endpoint, region, keys: None })
    }
}

/// The URL of a server, without a slash at its end.
fn server(text: &str) -> Result<String, String> {
    let is_plain = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.path() == "/"
            && url.query().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    };
    let url = Url::parse(text).ok().filter(is_plain);
    let url = url.ok_or_else(|| "the endpoint must be a URL like https://s3.example.com:9000".to_owned())?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_name(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'));
    (3..=63).contains(&text.len()) && plain && !text.contains("..")
}

fn is_segment(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    !text.is_empty() && plain && text.bytes().any(|b| b != b'.')
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) => path.display().fmt(f),
            Self::Bucket(bucket) => bucket.fmt(f),
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.name)?;
        if !self.prefix.is_empty() {
            write!(f, "/{}", self.prefix)?;
        }
        let (endpoint, region) = (("endpoint", &self.endpoint), ("region", &self.region));
        let given = [endpoint, region].into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
        for (number, (key, value)) in given.enumerate() {
            write!(f, "{}{key}={value}", if number == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

impl<T: AsRef<Path> + ?Sized> From<&T> for Place {
    fn from(path: &T) -> Self {
        Self::Directory(path.as_ref().to_owned())
    }
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Self {
        Self::Directory(path)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, Place};

    #[test]
    fn a_place_is_a_directory_or_a_bucket() {
        assert_eq!("data/a b".parse::<Place>().unwrap().directory().unwrap().to_str(), Some("data/a b"));
        let text = "s3://files.example/a/b-c?endpoint=http://127.0.0.1:9000&region=eu-1";
        let place: Place = text.parse().unwrap();
        assert_eq!(place.to_string(), text);
        let Place::Bucket(Bucket { name, prefix, endpoint, region, keys: None }) = place else { panic!() };
        assert_eq!((name.as_str(), prefix.as_str()), ("files.example", "a/b-c"));
        assert_eq!((endpoint.as_deref(), region.as_deref()), (Some("http://127.0.0.1:9000"), Some("eu-1")));
        assert_eq!("s3://abc/".parse::<Place>().unwrap().to_string(), "s3://abc");
    }

    #[test]
    fn rejects_invalid_places_without_repeating_them() {
        for text in [
            "",
            "s3://",
            "s3://ab",
            "s3://UPPER_case",
            "s3://abc/a/../b",
            "s3://abc/%2e%2e/b",
            "s3://abc/a//b",
            "s3://abc:80/a",
            "s3://secret:secret@abc/a",
            "s3://abc?endpoint=ftp://host",
            "s3://abc?endpoint=http://u:secret@host",
            "s3://abc?endpoint=http://host/path",
            "s3://abc?region=",
            "s3://abc?region=a&region=b",
            "s3://abc?secret=1",
            "gs://abc",
        ] {
            let refused = text.parse::<Place>();
            match (text, &refused) {
                // The URL itself resolves these: what is left is a plain prefix.
                ("s3://abc/a/../b" | "s3://abc/%2e%2e/b", Ok(place)) => assert_eq!(place.to_string(), "s3://abc/b"),
                (_, Ok(place)) => panic!("{text} is {place}"),
                (_, Err(why)) => assert!(!why.contains("secret"), "{why}"),
            }
        }
    }
}
