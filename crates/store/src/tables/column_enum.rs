//! Enums whose values are texts, in columns and in JSON.

/// `text_enum! { pub enum Topic { CompanyCreated = "company.created" } }`: an enum whose values are texts in JSON.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "`.")]
                $(#[$variant_meta])*
                $variant,
            )+
        }

        impl $name {
            /// Each value, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text of each value.
            pub const TEXTS: &'static [&'static str] = &[$($text),+];

            /// The text of the value.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The value with this text.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::unknown_variant(&text, Self::TEXTS))
            }
        }
    };
}

/// `column_enum! { pub enum ContactRole { User = "user", Lead = "lead" } }`: a [`text_enum!`] that is stored in a
/// column. Reading a column with any other text fails the statement.
macro_rules! column_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($body:tt)+ }) => {
        $crate::text_enum! { $(#[$meta])* pub enum $name { $($body)+ } }

        impl From<$name> for $crate::Value<'_> {
            fn from(value: $name) -> Self {
                $crate::Value::Text(value.as_str())
            }
        }

        impl From<&$name> for $crate::Value<'_> {
            fn from(value: &$name) -> Self {
                $crate::Value::Text(value.as_str())
            }
        }

        impl From<&Option<$name>> for $crate::Value<'_> {
            fn from(value: &Option<$name>) -> Self {
                (*value).into()
            }
        }

        impl $crate::FromColumn for $name {
            fn from_nullable(row: &$crate::Row<'_>, i: usize) -> $crate::Result<Option<Self>> {
                let Some(text) = row.opt_str(i)? else { return Ok(None) };
                let unknown = || $crate::Error::column(i, format_args!("'{text}' is no {}", stringify!($name)));
                Self::parse(text).map(Some).ok_or_else(unknown)
            }
        }
    };
}
pub(crate) use column_enum;
