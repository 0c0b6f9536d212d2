//! Attributes that run one test on several databases.
//!
//! An attribute needs a module of its own name in scope, with a function for each database: `both::sqlite` sets up SQLite and
//! calls the test that it is given. `use deskwire_testkit::both` imports both the attribute and its module.

use proc_macro::{TokenStream, TokenTree};

/// Runs a test on SQLite and on PostgreSQL, as `name::sqlite` and `name::postgres`.
#[proc_macro_attribute]
pub fn both(_: TokenStream, test: TokenStream) -> TokenStream {
    expand("both", &["sqlite", "postgres"], test)
}

/// Runs a test on SQLite in a file, on SQLite in memory and on PostgreSQL.
#[proc_macro_attribute]
pub fn everywhere(_: TokenStream, test: TokenStream) -> TokenStream {
    expand("everywhere", &["sqlite", "memory", "postgres"], test)
}

/// The function as it is, and beside it a module of the same name with a test for each database.
fn expand(attribute: &str, databases: &[&str], test: TokenStream) -> TokenStream {
    let mut tokens = test.clone().into_iter().skip_while(|token| token.to_string() != "fn").skip(1);
    let Some(TokenTree::Ident(name)) = tokens.next() else {
        return quote(&format!("::core::compile_error!(\"#[{attribute}] is for functions\");"));
    };
    let tests: String = databases
        .iter()
        .map(|database| format!("#[test] fn {database}() {{ super::{attribute}::{database}(super::{name}); }}"))
        .collect();
    // With the span of the name, editors offer to run the tests where it is written.
    let module = quote(&format!("mod {name} {{ {tests} }}")).into_iter().map(|mut token| {
        token.set_span(name.span());
        token
    });
    test.into_iter().chain(module).collect()
}

#[expect(clippy::expect_used, reason = "the text is written above and always valid")]
fn quote(text: &str) -> TokenStream {
    text.parse().expect("valid Rust")
}
