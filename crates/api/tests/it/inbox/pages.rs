//! How browsers load the inbox, and the link that signs in once.

use deskwire_domain::sign_in::inbox;
use deskwire_testkit::{Browser, TestApp, both};

const PAGE: &[(&str, &str)] = &[("accept", "text/html,application/xhtml+xml")];

#[both]
async fn the_root_redirects_people_and_describes_the_server_to_apps(app: TestApp) {
    let anonymous = app.anonymous();
    let led = anonymous.raw("GET", "/", PAGE, "").await;
    assert_eq!((led.status, led.header("location")), (303, Some("/inbox/")));
    assert_eq!(anonymous.get("/").await.ok()["name"], "Deskwire");
    // Whether or not it was built, there is a page at every address that the inbox may have.
    for path in ["/inbox", "/inbox/", "/inbox/conversations/5", "/inbox/settings"] {
        let page = anonymous.raw("GET", path, PAGE, "").await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
        assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'; "), "{path}");
        assert_eq!(
            (page.header("x-frame-options"), page.header("x-content-type-options")),
            (Some("DENY"), Some("nosniff"))
        );
    }
    // Programs without a wish of their own, like curl, get the page at its own address.
    let page = anonymous.raw("GET", "/inbox/", &[("accept", "*/*")], "").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    // A missing script is not answered with a page.
    for (path, headers) in [("/inbox/assets/gone-1.js", PAGE), ("/inbox/conversations/5", &[("accept", "*/*")])] {
        anonymous.raw("GET", path, headers, "").await.refused(404, "not_found");
    }
}

#[both]
async fn a_link_signs_in_once_and_only_at_the_machine_itself(app: TestApp) {
    let (workspace, admin) = (app.workspace_id.clone(), app.admin_id);
    let link = app.write(move |tx| inbox::make_link(&mut tx.within(&workspace), admin)).await;
    let path = format!("/inbox/enter/{link}");
    for address in [None, Some("192.0.2.7")] {
        let anonymous = address.map_or_else(|| app.anonymous(), |address| app.anonymous().at(address));
        anonymous.get(&path).await.refused(404, "not_found");
    }
    app.anonymous().at("127.0.0.1").call("HEAD", &path, None).await.with(404);
    // The secret of a link is not a session.
    let mut browser = Browser::new(&app).at("127.0.0.1");
    browser.cookie = Some(link.clone());
    browser.get("/app/v1/me/sessions").await.declined(401, "unauthorized");

    let entered = app.anonymous().at("127.0.0.1").get(&path).await;
    assert_eq!((entered.status, entered.header("location")), (303, Some("/inbox/")));
    assert!(browser.keep(&entered));
    let sessions = browser.get("/app/v1/me/sessions").await.ok();
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1);
    let again = app.anonymous().at("127.0.0.1").get(&path).await;
    let led = (again.status, again.header("location"), again.header("set-cookie"));
    assert_eq!(led, (303, Some("/inbox/login?link=used"), None));
    // A browser that is signed in already opens the inbox.
    let again = browser.get(&path).await;
    assert_eq!((again.status, again.header("location"), again.header("set-cookie")), (303, Some("/inbox/"), None));
    // A cookie that is not a session does not count.
    browser.cookie = Some(link);
    let again = browser.get(&path).await;
    assert_eq!((again.status, again.header("location")), (303, Some("/inbox/login?link=used")));
}
