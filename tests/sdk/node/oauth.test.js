// OAuth clients as applications use them, and a browser that fills in the forms.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { IntercomClient } from "intercom-client";
import OAuth2Strategy from "passport-oauth2";
import { AuthorizationCode } from "simple-oauth2";
import { titled, word } from "./helpers.js";

// Not through what records: pages are no part of the described API.
const { DESKWIRE_TEST_DIRECT_URL: url, DESKWIRE_TEST_CLIENT_ID: id, DESKWIRE_TEST_CLIENT_SECRET: secret } = process.env;
const back = "http://localhost:3000/back";

const plain = (html) =>
  html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");

/** Follows a link, signs in and decides: the URL that the browser is sent back to. */
async function visit(link, decision = "allow") {
  let cookie;
  const call = async (to, options = {}) => {
    const headers = cookie ? { ...options.headers, cookie } : options.headers;
    const answer = await fetch(new URL(to, url), { redirect: "manual", ...options, headers });
    const [set] = answer.headers.getSetCookie();
    if (set) cookie = set.split(";")[0];
    return answer;
  };
  const submit = async (page, typed) => {
    const form = (await page.text()).split("<form ").at(-1);
    const fields = [...form.matchAll(/<input [^>]*name="(\w+)"[^>]* value="([^"]*)"/g)].map(([, name, value]) => [name, plain(value)]);
    const body = new URLSearchParams({ ...Object.fromEntries(fields), ...typed });
    return call(plain(form.match(/action="([^"]*)"/)[1]), { method: "POST", body });
  };
  const first = await call(link);
  assert.equal(first.status, 200);
  const signedIn = await submit(first, { email: "ada@acme.test", password: "difference engine" });
  assert.equal(signedIn.status, 303);
  const decided = await submit(await call(signedIn.headers.get("location")), { decision });
  assert.equal(decided.status, 302);
  return new URL(decided.headers.get("location"));
}

/** A strategy as passport-intercom is one: OAuth 2, and a profile from /me. */
class Strategy extends OAuth2Strategy {
  constructor(state) {
    super(
      { authorizationURL: `${url}/oauth`, tokenURL: `${url}/auth/eagle/token`, clientID: id, clientSecret: secret, callbackURL: back, state },
      (token, refresh, params, profile, done) => done(null, { token, refresh, params, profile }),
    );
    this._oauth2.useAuthorizationHeaderforGET(true);
  }

  userProfile(token, done) {
    this._oauth2.get(`${url}/me`, token, (error, body) => {
      if (error) return done(error);
      const me = JSON.parse(body);
      done(null, { provider: "intercom", id: me.id, displayName: me.name, emails: [{ value: me.email }], verified: me.email_verified, app: me.app, avatar: me.avatar });
    });
  }

  /** One request to the application, and what passport would make of it. */
  answer(request) {
    return new Promise((resolve, reject) => {
      const each = Object.create(this);
      each.redirect = (to) => resolve({ redirect: to });
      each.success = (user) => resolve({ user });
      each.fail = (challenge, status) => resolve({ fail: challenge ?? status });
      each.error = reject;
      each.authenticate(request, {});
    });
  }
}

describe(titled("OAuth"), () => {
  it("lets a passport strategy sign an admin in", async () => {
    const strategy = new Strategy(true);
    const session = {};
    const asked = await strategy.answer({ session, query: {}, headers: {} });
    const to = await visit(asked.redirect);
    assert.equal(to.origin + to.pathname, back);
    const { user } = await strategy.answer({ session, query: Object.fromEntries(to.searchParams), headers: {} });
    assert.equal(user.refresh, undefined);
    assert.equal(user.params.token_type, "Bearer");
    assert.equal(user.params.token, user.token);
    assert.equal(user.profile.displayName, "Ada");
    assert.deepEqual(user.profile.emails, [{ value: "ada@acme.test" }]);
    assert.equal(user.profile.verified, true);
    assert.equal(user.profile.app.type, "app");
    assert.ok(user.profile.app.id_code.length > 0);
    assert.ok("image_url" in user.profile.avatar);
  });

  it("tells a passport strategy of a denial", async () => {
    const strategy = new Strategy(true);
    const session = {};
    const asked = await strategy.answer({ session, query: {}, headers: {} });
    const to = await visit(asked.redirect, "deny");
    assert.equal(to.searchParams.get("error"), "access_denied");
    const denied = await strategy.answer({ session, query: Object.fromEntries(to.searchParams), headers: {} });
    assert.ok(denied.fail);
  });

  it("gives simple-oauth2 a token, once, that ends with the app", async () => {
    for (const authorizationMethod of ["header", "body"]) {
      const client = new AuthorizationCode({
        client: { id, secret },
        auth: { tokenHost: url, tokenPath: "/auth/eagle/token", authorizePath: "/oauth" },
        options: { authorizationMethod },
      });
      const state = word("state ");
      const to = await visit(client.authorizeURL({ redirect_uri: back, state, scope: "ignored" }));
      assert.equal(to.searchParams.get("state"), state);
      const code = to.searchParams.get("code");
      const granted = await client.getToken({ code, redirect_uri: back });
      assert.equal(granted.expired(), false);
      const token = granted.token.access_token;

      const intercom = new IntercomClient({ baseUrl: url, token, maxRetries: 0 });
      assert.equal((await intercom.admins.identify()).email, "ada@acme.test");
      assert.ok((await intercom.contacts.list()).data);
      await assert.rejects(intercom.tags.list(), (error) => error.statusCode === 401);

      const uninstalled = await fetch(`${url}/auth/uninstall`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
      assert.equal(uninstalled.ok, true);
      await assert.rejects(intercom.admins.identify(), (error) => error.statusCode === 401 && error.body.errors[0].code === "token_revoked");
      await assert.rejects(client.getToken({ code, redirect_uri: back }), (error) => error.output.statusCode === 401);
    }
  });
});
