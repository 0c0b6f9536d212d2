//! Workflows, as a workspace file declares them.

use super::column_enum::column_enum;
use super::record::record;
use crate::ids::WorkflowId;

column_enum! {
    /// The state of a workflow.
    #[derive(Default)]
    pub enum WorkflowState {
        Live = "live",
        #[default]
        Draft = "draft",
        Paused = "paused",
    }
}

record! {
    /// A workflow's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Workflow in "workflows", key (id: WorkflowId) {
        id: WorkflowId,
        title: String,
        description: Option<String>,
        trigger_type: String,
        state: WorkflowState,
        /// A JSON array of texts.
        target_channels: String,
        /// A JSON array of texts.
        preferred_devices: String,
        /// A JSON object.
        targeting: Option<String>,
        /// A JSON object.
        snapshot: Option<String>,
        /// A JSON array of objects.
        attributes: String,
        /// A JSON array of objects.
        embedded_rules: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, all, insert, update, delete;
}
