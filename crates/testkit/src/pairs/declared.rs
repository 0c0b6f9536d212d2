//! Objects of a fixture that the API cannot create, change or remove: through workspace files.

use deskwire_domain::{Cx, admins, segments, teams, visitors};
use deskwire_store::params;
use serde_json::json;

use super::fixture::Fixture;
use super::settings::segment;

impl Fixture {
    /// Applies a workspace file that differs from the workspace in one object of the fixture.
    pub(super) async fn apply(&self, what: &str) -> String {
        let (actor, what) = (self.world.actor.clone(), what.to_owned());
        let slot = what.split(' ').next().unwrap_or_default();
        let (name, email, mark) = (self.name(slot), self.email(slot), self.mark.clone());
        let applied = self.world.jobs.app.db().write(move |tx| {
            let cx = &mut Cx::new(tx, &actor);
            match what.as_str() {
                "admin" => {
                    let removed = json!({"email": email, "name": name, "removed": true});
                    admins::declare(cx, &serde_json::from_value(removed).expect("an admin is declared well")).map(drop)
                }
                "team" => {
                    let teams: Vec<String> = teams::declared(cx)?.into_iter().map(|team| team.name).collect();
                    let kept: Vec<&str> = teams.iter().map(String::as_str).filter(|other| *other != name).collect();
                    teams::prune(cx, &kept).map(drop)
                }
                "segment" => {
                    let all = segments::declared(cx)?;
                    let kept = all.iter().filter(|s| s.name != name).map(|s| (s.person_type.as_str(), s.name.as_str()));
                    segments::prune(cx, &kept.collect::<Vec<_>>()).map(drop)
                }
                _ => segments::declare(cx, &segment(&name, &mark, "lead")).map(drop),
            }
        });
        let applied: deskwire_domain::Result<()> = applied.await;
        applied.map_or_else(|error| error.message.replace(&self.mark, "*"), |()| "done".to_owned())
    }

    /// Creates what the API cannot create.
    pub(super) async fn declared(&self, slot: &'static str) -> String {
        let (actor, name, email) = (self.world.actor.clone(), self.name(slot), self.email(slot));
        let mark = self.mark.clone();
        let found = self.world.jobs.app.write(move |tx| {
            match slot {
                "team" => {
                    let declared = serde_json::from_value(json!({"name": name})).expect("a team is declared well");
                    teams::declare(&mut Cx::new(tx, &actor), &declared)?;
                }
                "admin" => {
                    let declared = json!({"email": email, "name": name});
                    let declared = serde_json::from_value(declared).expect("an admin is declared well");
                    admins::declare(&mut Cx::new(tx, &actor), &declared)?;
                }
                "segment" => {
                    segments::declare(&mut Cx::new(tx, &actor), &segment(&name, &mark, "user"))?;
                }
                _ => {
                    let declared = visitors::Declared { user_id: name.clone(), name: None };
                    visitors::declare(&mut Cx::new(tx, &actor), &declared)?;
                    return Ok(name.clone());
                }
            }
            let table = match slot {
                "team" => "teams",
                "segment" => "segments",
                _ => "admins",
            };
            let sql = format!("SELECT id FROM {table} WHERE workspace_id = $1 AND name = $2");
            let params = params![actor.workspace(), &name];
            Ok(tx.query_one(&sql, params, |row| row.get::<i64>(0))?.to_string())
        });
        found.await
    }
}
