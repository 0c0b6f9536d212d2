//! The kinds of actors, as stored in columns.

use crate::tables::column_enum::column_enum;

column_enum! {
    /// The kind of an actor.
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
