//! The settings of Fin.

use super::record::record;
use crate::ids::TeamId;

record! {
    /// The settings' row.
    #[derive(Clone, PartialEq, Eq)]
    pub struct FinSettings in "fin_settings", key () {
        enabled: bool,
        webhook_url: Option<String>,
        webhook_secret: Option<String>,
        event_stream: bool,
        csat: bool,
        procedures_hitl: bool,
        team_id: Option<TeamId>,
        inactivity_minutes: i64,
        /// A JSON object.
        answerer: Option<String>,
    }
    pub fn get, lock, insert, update;
}

impl std::fmt::Debug for FinSettings {
    /// Omits secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FinSettings").field("enabled", &self.enabled).finish_non_exhaustive()
    }
}
