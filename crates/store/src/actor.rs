//! The kinds of actors, as columns hold them.

use crate::tables::column_enum::column_enum;

column_enum! {
    /// What kind of actor did something.
    #[derive(Default)]
    pub enum ActorType {
        /// A teammate.
        Admin = "admin",
        /// A contact: in the messenger, by mail, or through a link that was sent to them.
        Contact = "contact",
        /// An app, on its own behalf.
        App = "app",
        /// The server itself, or its operator.
        #[default]
        System = "system",
    }
}
