//! The server: the staff desk, the intake forms, the API, and what operators need.
//!
//! Every request goes through one router (`server`), one extractor for who asks (`request`), one policy
//! (`app::Viewer`), and one place that dresses failures (`dress`). Pages hold no rule of business: what can
//! be done to a case comes from the domain's allowed-actions table, and forms from one description
//! (`forms`) that the API uses as well.

mod api;
mod assets;
mod desk;
mod dress;
mod error;
mod forms;
mod lang;
mod ops;
mod orders;
mod page;
mod request;
mod routes;
mod server;
mod state;
mod upload;
mod words;

pub use routes::Route;
pub use server::{Server, ServerError, route_list};
pub use state::Settings;
