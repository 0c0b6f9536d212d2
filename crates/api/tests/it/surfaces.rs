//! Every surface answers 404, 405, `HEAD` and `OPTIONS` alike, with errors in its own form.

use deskwire_testkit::{Answer, TestApp, both};

/// How a surface rejects what no row answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    List,
    Page,
    Object,
}

/// A path of each surface and the methods that it allows, a path below it that leads nowhere, and the form.
const SURFACES: &[(&str, &str, &str, Form)] = &[
    ("/contacts/search", "POST, OPTIONS", "/contacts/search/nothing", Form::List),
    ("/contacts", "GET, HEAD, POST, OPTIONS", "/nothing", Form::List),
    ("/app/events", "GET, HEAD, OPTIONS", "/app/nothing", Form::List),
    ("/oauth", "GET, HEAD, OPTIONS", "/oauth/nothing", Form::List),
    ("/auth/uninstall", "POST, OPTIONS", "/auth/nothing", Form::List),
    ("/attachments/a/1/b", "GET, HEAD, OPTIONS", "/attachments/a", Form::List),
    ("/event-stream", "GET, HEAD, OPTIONS", "/event-stream/x", Form::List),
    ("/inbox/conversations", "GET, HEAD, OPTIONS", "/inbox/assets/x.js", Form::List),
    ("/app/v1/session", "GET, HEAD, POST, DELETE, OPTIONS", "/app/v1/nothing", Form::Object),
    ("/unsubscribe/x", "GET, HEAD, POST, OPTIONS", "/unsubscribe/x/y", Form::Page),
    ("/msgr/x", "GET, HEAD, POST, OPTIONS", "/msgr/x/y", Form::Page),
    ("/", "GET, HEAD, OPTIONS", "//", Form::List),
    ("/healthz", "GET, HEAD, OPTIONS", "/healthz/nothing", Form::List),
    ("/metrics", "GET, HEAD, OPTIONS", "/metrics/nothing", Form::List),
];

fn check(answer: Answer, form: Form, status: u16, code: &str) {
    assert!(answer.header("x-request-id").is_some() && answer.header("x-ratelimit-remaining").is_some());
    match form {
        Form::List => drop(answer.refused(status, code)),
        Form::Object => drop(answer.declined(status, code)),
        Form::Page => {
            let kind = answer.header("content-type");
            assert_eq!((answer.status, kind), (status, Some("text/html; charset=utf-8")));
            assert!(answer.text.contains("<h1>That did not work</h1>"), "{}", answer.text);
        }
    }
}

#[both]
async fn unknown_routes_share_one_rejection(app: TestApp) {
    let anonymous = app.anonymous();
    for (path, allow, unknown, form) in SURFACES {
        let wrong = anonymous.call("PATCH", path, None).await;
        assert_eq!(wrong.header("allow"), Some(*allow), "{path}");
        check(wrong, *form, 405, "method_not_allowed");

        let missing = anonymous.get(unknown).await;
        assert_eq!(missing.header("allow"), None, "{unknown}");
        let length = missing.text.len().to_string();
        let head = anonymous.call("HEAD", unknown, None).await;
        assert_eq!((head.status, head.text.as_str()), (404, ""), "{unknown}");
        assert_eq!(head.header("content-length"), Some(length.as_str()), "{unknown}");
        check(missing, *form, 404, "not_found");

        let options = anonymous.call("OPTIONS", path, None).await;
        assert_eq!((options.status, options.header("allow"), options.text.as_str()), (204, Some(*allow), ""), "{path}");
        // A page of the inbox may have any address.
        if !unknown.starts_with("/inbox/") {
            check(anonymous.call("OPTIONS", unknown, None).await, Form::List, 404, "not_found");
        }
    }
}
